"""The report of a check or an import as it is kept with an upload: as many lines as somebody looks at."""

import re
from collections import Counter
from typing import Any

from service.usecases.incoming.import_documents import import_document
from service.usecases.incoming.import_reports import ImportReport

__all__ = ["CELL", "MOST_FINDINGS", "MOST_ROWS", "kept_report"]

#: A place within a sheet, such as D17.
CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")
MOST_FINDINGS = 3_000
MOST_ROWS = 400  # of each state
_MOST_GENERATED = 200


def kept_report(report: ImportReport) -> dict[str, Any]:
    """Return a report as JSON values; where lines are left out, their number is told.

    Parameters
    ----------
    report : ImportReport

    Returns
    -------
    dict
        As `import_document`, with ``row_titles`` of the rows that are told, and ``n_findings``, ``n_conflicting``;
        ``n_by_effect`` counts the findings at cells, those that are left out too.
    """
    document = import_document(report)
    told: dict[str, int] = {}
    rows = []
    for row in document["rows"]:
        told[row["state"]] = told.get(row["state"], 0) + 1
        if told[row["state"]] <= MOST_ROWS:
            rows.append(row)
    findings = document["findings"]
    return {
        **document,
        "rows": rows,
        "findings": findings[:MOST_FINDINGS],
        "n_findings": len(findings),
        "n_by_effect": _by_effect(findings),
        "generated": document["generated"][:_MOST_GENERATED],
        "n_generated": len(document["generated"]),
        "row_titles": {name: title for name, title in report.row_titles.items() if title},
    }


def _by_effect(findings: list[dict[str, Any]]) -> dict[str, int]:
    at_cells = Counter(str(one["effect"]) for one in findings if CELL.fullmatch(one["cell"] or ""))
    return dict(at_cells)
