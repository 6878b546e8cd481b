"""Changes content files in as few lines as possible; comments, order and manner stay."""
