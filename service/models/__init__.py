"""All tables, one file a subject; importing this package makes the metadata complete."""

from service.models import (
    accounts,
    appointments,
    audit,
    column_mappings,
    imports,
    installation,
    people,
    provenance,
    reviews,
    rulebooks,
    runs,
    shortlists,
    training,
    training_records,
    vacancies,
    villages,
)

__all__ = [
    "accounts",
    "appointments",
    "audit",
    "column_mappings",
    "imports",
    "installation",
    "people",
    "provenance",
    "reviews",
    "rulebooks",
    "runs",
    "shortlists",
    "training",
    "training_records",
    "vacancies",
    "villages",
]
