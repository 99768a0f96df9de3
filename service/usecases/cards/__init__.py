"""Learned cards: trained, judged, put in force."""
