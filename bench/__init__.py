"""Speed and size: `make bench` prints each figure beside its peer of the same run."""
