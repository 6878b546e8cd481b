"""The public edge: the gateway and one folder for each channel."""
