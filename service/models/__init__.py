"""All tables, one file a subject; importing this package makes the metadata complete."""

from service.models import (
    accounts,
    appointments,
    audit,
    exports,
    installation,
    people,
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
    "installation",
    "people",
    "reviews",
    "rulebooks",
    "runs",
    "shortlists",
    "training",
    "vacancies",
    "villages",
]
