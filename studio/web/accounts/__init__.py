"""Who may use the studio: people, roles, passwords, second steps, sessions and one-time links."""
