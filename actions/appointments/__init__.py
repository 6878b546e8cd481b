"""Appointments: find a time, hold it, book it; show, move and cancel it with its number and code."""
