"""Running the assistant on one machine: processes, training, secrets, and what the `assistant` command does."""
