"""The project's content as files: read with positions, checked, edited, rehearsed."""
