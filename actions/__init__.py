"""What the assistant can do for a resident: one file for each citizen service."""
