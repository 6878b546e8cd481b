"""What a sentence means, as numbers: one file for each sentence encoder, and what makes them quick."""
