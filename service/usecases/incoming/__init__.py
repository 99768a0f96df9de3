"""What comes in by files: read, prepared, previewed, saved, marked, undone."""
