"""Reads that return frames or pages of rows; import the submodules, so that a list of people does not load pandas."""
