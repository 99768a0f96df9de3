"""What waits for somebody, and how they are told."""
