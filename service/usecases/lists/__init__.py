"""Shortlists and rankings: requested, frozen, explained, made again."""
