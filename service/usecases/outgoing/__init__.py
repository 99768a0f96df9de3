"""What leaves as a file, each on record."""
