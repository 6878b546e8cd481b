"""Everything that runs inside the Rasa process."""
