"""Topics: the list, their questions and answers, new ones, what is due, and practice."""
