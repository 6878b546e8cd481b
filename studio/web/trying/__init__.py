"""Try it: a conversation with what is live or with the draft, and why each answer came."""
