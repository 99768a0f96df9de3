"""All tables, one file a subject; importing this package makes the metadata complete."""

from service.models import (
    accounts,
    appointments,
    audit,
    exports,
    imports,
    installation,
    people,
    provenance,
    reviews,
    rulebooks,
    runs,
    shortlists,
    training,
    vacancies,
    villages,
)

__all__ = [
    "accounts",
    "appointments",
    "audit",
    "exports",
    "imports",
    "installation",
    "people",
    "provenance",
    "reviews",
    "rulebooks",
    "runs",
    "shortlists",
    "training",
    "vacancies",
    "villages",
]
