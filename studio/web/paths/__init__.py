"""The path editor: stories, rules and forms, read and written as conversations."""
