"""Consultations, public meetings, comments and polls for a city that has no participation system of its own."""
