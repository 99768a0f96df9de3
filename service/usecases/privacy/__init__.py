"""Consent, masks, blind reviews, own files, retention, erasure, keys."""
