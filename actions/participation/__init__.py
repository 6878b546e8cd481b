"""Take part: what is open for comment, when public bodies meet, a comment, a poll."""
