"""Texting, whoever the provider is: what messages cost and mean, who may be written to, and what waits to be sent."""
