"""Report a problem: find its type, ask what that type needs, review, send once."""
