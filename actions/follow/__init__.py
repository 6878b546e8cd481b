"""Following a request: how it is going, and news of it for those who ask."""
