"""The `talentpool` console script."""

import gc

from service.cli import cli

__all__ = ["OBJECTS_BETWEEN_SEARCHES", "main"]

# At Python's own limit of 700 new objects the search for cycles takes a sixth of the start, where all is kept anyway.
OBJECTS_BETWEEN_SEARCHES = 50_000


def main() -> None:
    """Run the command line."""
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES)
    cli(prog_name="talentpool")


if __name__ == "__main__":
    main()
