"""The channel-independent core: inbox, turn, outbox, store, settings and the command line."""
