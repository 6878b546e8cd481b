"""The web chat channel: API, plain page and widget."""
