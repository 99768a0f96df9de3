"""Checks, waivers and changes of the rulebook."""
