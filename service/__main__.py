"""The `talentpool` console script."""

import gc
import os

from service.cli import cli

__all__ = ["main"]

# At Python's own limit of 700 new objects the search for cycles takes a sixth of the start, where all is kept anyway.
_OBJECTS_BETWEEN_SEARCHES = 500_000
# Databases, backups, exports: whatever is written holds personal data, and is its owner's to hand on.
_NOBODY_ELSE = 0o077


def main() -> None:
    """Run the command line."""
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES)
    os.umask(_NOBODY_ELSE)
    try:
        cli(prog_name="talentpool")
    finally:
        gc.freeze()  # else Python searches everything once more before it ends: a sixth of a rescoring


if __name__ == "__main__":
    main()
