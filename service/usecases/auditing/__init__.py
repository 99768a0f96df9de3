"""The audit log: written with the act, chained, read in words, verified."""
