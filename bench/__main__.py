"""`make bench`: print every figure; exit with 1 when a bar is missed.

`python -m bench desk --calls` counts instead what one decision on the desk takes, and names where the time goes.
"""

import sys
from importlib import import_module

from bench.desk_calls import print_calls
from bench.figures import Figure, print_table

SUBJECTS = (
    *("kernel", "duplicates", "imports", "importing", "exporting", "rescoring", "audit", "name_search", "service"),
    "desk",
    "pages",
)


def main(subjects: list[str]) -> int:
    """Measure the named subjects (all by default)."""
    if subjects == ["desk", "--calls"]:
        print_calls()
        return 0
    figures: list[Figure] = []
    for subject in subjects or SUBJECTS:
        measured = import_module(f"bench.{subject}").measure()
        print_table(measured)
        figures += measured
    missed = [figure.name for figure in figures if not figure.is_held]
    print(f"{len(figures) - len(missed)} of {len(figures)} figures held" + "".join(f"\n  missed: {m}" for m in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
