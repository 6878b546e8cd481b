"""Publishing: what the assistant says goes live as numbered releases that servers follow (docs/publishing.md)."""
