"""The `talentpool` console script."""

from service.cli import cli

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    cli(prog_name="talentpool")


if __name__ == "__main__":
    main()
