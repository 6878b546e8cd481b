"""Clients of agencies' systems: one file for each kind of system."""
