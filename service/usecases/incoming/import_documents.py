"""The report of an import as a JSON document."""

from typing import Any

from service.files.findings import CellFinding
from service.usecases.incoming.import_previews import RowPreview
from service.usecases.incoming.import_reports import ImportReport

__all__ = ["import_document"]


def import_document(report: ImportReport) -> dict[str, Any]:
    """Return the report as a JSON document."""
    counts = (
        "kind",
        "n_rows",
        "n_skipped",
        "n_new",
        "n_changed",
        "n_same",
        "n_refused",
        "n_drafts",
        "n_conflicting",
        "n_open",
        "is_dry_run",
        "is_kept",
        "import_id",
    )
    return {
        "schema": "talentpool.import/1",
        **{name: getattr(report, name) for name in counts},
        "findings": [_finding(finding) for finding in report.findings],
        "rows": [_row(row) for row in report.rows],
        "provisional_places": [vars(place) for place in report.provisional_places],
        "generated": [{"row": row, "number": number} for row, number in report.generated],
    }


def _finding(finding: CellFinding) -> dict[str, Any]:
    return {
        "effect": finding.effect.value,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "column": finding.column,
        "value": finding.value,
        "problem": finding.problem._asdict(),
        "remedy": finding.remedy._asdict() if finding.remedy else None,
        "suggestion": finding.suggestion,
    }


def _row(row: RowPreview) -> dict[str, Any]:
    changes = [
        {
            "field": change.field,
            "before": change.before,
            "after": change.after,
            "conflict": change.conflict._asdict() if change.conflict else None,
        }
        for change in row.changes
    ]
    return {"row": row.row, "number": row.number, "state": row.state.value, "changes": changes}
