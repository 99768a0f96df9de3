#!/usr/bin/env python3
"""Draw docs/workflow.md anew from seed_data/workflow.toml."""

from pathlib import Path

from service.workflow import workflow_in_force
from service.workflow.drawing import redrawn


def main() -> None:
    """Rewrite the part between the markers."""
    document = Path(__file__).parents[1] / "docs" / "workflow.md"
    document.write_text(redrawn(document.read_text(encoding="utf-8"), workflow_in_force()), encoding="utf-8")


if __name__ == "__main__":
    main()
