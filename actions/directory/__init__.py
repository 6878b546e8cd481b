"""The service directory in the chat: which place helps, how far it is, when it is open, and questions about it."""
