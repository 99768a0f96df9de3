"""One person's record as its page shows it: sections of fields, each with value, source, and who vouches for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext, pgettext

from schemas.people import PersonSchema
from service.access import Actor, Role, may
from service.access.actors import ROLE_LABELS
from service.access.masking import hides
from service.context import current_language
from service.usecases.outgoing.exporting_lists import list_columns
from service.usecases.records.histories import ValueChange
from service.usecases.records.provenance import SourceKind
from service.web.formatting import in_language, masked, month, not_shown, number
from service.web.people_lists import shown_value
from service.web.record_forms import FormField, form_fields, words_of

__all__ = [
    "FIELDS",
    "GLOBALS",
    "HOME",
    "TYPED_SECTIONS",
    "FieldRow",
    "field_row",
    "history_words",
    "named_fields",
    "person_form_fields",
    "role_names",
    "sections_of",
    "source_name",
]

#: Where somebody lives is one question with three answers.
HOME = "home"
_HOME_NAMES = ("county", "township", "village")
_SECTIONS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    (
        "basics",
        lazy_gettext("Basics"),
        (
            *("name", "talent_source", "id_number", "phone", "sex", "birth_date", "ethnicity", "political_status"),
            *("party_join_date", "work_start_date", "personal_identity", "retirement_month", HOME, "native_place"),
            *("birth_place", "household_place", "duty_health_ok", "negative_flags"),
        ),
    ),
    (
        "background",
        lazy_gettext("Education and post"),
        (
            *("fulltime_education", "inservice_education", "education", "degree", "school_major", "title"),
            *("current_post", "current_post_date", "employer", "employer_type", "recruited_on", "student_leader"),
            *("appraisals", "specialties"),
        ),
    ),
    (
        "experience",
        lazy_gettext("Industry and experience"),
        (
            *("industry_text", "industries", "business_entity", "business_scale", "annual_revenue_wan"),
            *("years_in_industry", "rural_work_years", "households_led", "n_jobs_created", "donations_wan"),
            *("n_projects_won", "training_hours", "party_building_experience", "mass_work_experience"),
            *("work_themes", "market_channels", "honours_level", "skill_certificate"),
        ),
    ),
    (
        "five",
        lazy_gettext("Five understandings"),
        ("u1_agriculture", "u2_industry", "u3_city", "u4_enterprise", "u5_economy"),
    ),
    (
        "wishes",
        lazy_gettext("Wishes and ties"),
        (
            *("willing_posts", "willing_county_codes", "tie_village_codes", "resources_offered"),
            *("visit_days_per_year", "return_intention", "outside_place", "months_outside", "residence_in_city"),
        ),
    ),
    ("texts", lazy_gettext("Career"), ("resume", "awards", "recommender", "note")),
)
#: Every field of the page.
FIELDS = tuple(name for _key, _title, names in _SECTIONS for name in names)
#: Settled by other acts than typing: by the discipline office, or from other fields.
_NOT_TYPED = frozenset({"negative_flags", "industries", "tie_village_codes"})
#: The sections of a form for somebody new: key, title, fields of the record.
TYPED_SECTIONS = tuple(
    (
        key,
        title,
        tuple(
            part
            for name in (*names, *(("consent_matching",) if key == "wishes" else ()))
            if name not in _NOT_TYPED
            for part in (_HOME_NAMES if name == HOME else (name,))
        ),
    )
    for key, title, names in _SECTIONS
)
#: Under which attribute a field's history is kept.
_HISTORY_OF = {HOME: "home_village_id"}
_WIDE = frozenset({"household_place", "school_major", "resume", "awards", "note", "specialties", "recommender"})
_SOURCES = {
    SourceKind.IMPORT: lazy_gettext("file"),
    SourceKind.FORM: lazy_gettext("page"),
    SourceKind.API: lazy_gettext("interface"),
    SourceKind.CLI: lazy_gettext("command line"),
    SourceKind.MERGE: lazy_gettext("merge"),
    SourceKind.UNMERGE: lazy_gettext("parting"),
    SourceKind.UNDO: lazy_gettext("undone import"),
    SourceKind.DEMO: lazy_gettext("invented city"),
}


_PURPOSES = {
    "matching": lazy_gettext("matching with posts"),
    "sensitive_information": lazy_gettext("sensitive information"),
    "publicity": lazy_gettext("public notice"),
}


@dataclass(frozen=True, kw_only=True)
class FieldRow:
    """One field of the page.

    Parameters
    ----------
    name, title : str
    shown : object
        The value as it is read; None if nothing is recorded.
    history : sequence of ValueChange
        The oldest first; empty if the reader sees none.
    is_wide, is_editable, is_correctable : bool
    """

    name: str
    title: str
    shown: Any
    history: Sequence[ValueChange]
    is_wide: bool
    is_editable: bool
    is_correctable: bool

    @property
    def last(self) -> ValueChange | None:
        """The change that gave the present value."""
        return self.history[-1] if self.history else None


def source_name(kind: SourceKind) -> str:
    """Return how a value came in, in one word."""
    return str(_SOURCES[kind])


def history_words(name: str, value: Any) -> str:
    """Return a value of a field's history as it is read."""
    if name == HOME:
        return "" if value is None else str(value)
    return words_of(person_form_fields([name])[name], value)


def field_title(name: str) -> str:
    """Return what a field is called."""
    if name == "willing_county_codes":
        return str(_("Wished counties"))
    return str(_("Place")) if name == HOME else person_form_fields([name])[name].title


def proposed_words(name: str, proposed: str | None) -> str:
    """Return a proposed value, kept as JSON, as it is read."""
    return history_words(name, json.loads(proposed or "null"))


def purpose_name(purpose: str) -> str:
    """Return what somebody agrees to."""
    return str(_PURPOSES.get(purpose, purpose))


def role_names(roles: str) -> str:
    """Return the roles of a line of the audit log by their names."""
    named = (in_language(ROLE_LABELS[Role(role)]) for role in roles.split("|") if role in set(Role))
    return str(_(", ").join(named))


def named_fields(name: str) -> tuple[str, ...]:
    """Return the fields of the record behind a field of the page."""
    return _HOME_NAMES if name == HOME else (name,)


def person_form_fields(names: Sequence[str]) -> dict[str, FormField]:
    """Describe fields of a person's record for a form."""
    return form_fields(_schema(), "people", names)


@cache
def _schema() -> PersonSchema:
    """Return one schema to describe fields by: making one takes 20 ms, and a page of a person asks 67 times."""
    return PersonSchema()


def sections_of(
    person: Any, *, history: Mapping[str, Sequence[ValueChange]], counties: Mapping[str, str], actor: Actor
) -> list[tuple[str, str, list[FieldRow]]]:
    """Return key, title and rows of each section."""
    keys = [name for name in FIELDS if name != HOME]
    (record,) = list_columns("people").chosen(keys, language=current_language()).records([person])
    return [
        (
            key,
            str(title),
            [_row(person, name, record, history=history, counties=counties, actor=actor) for name in names],
        )
        for key, title, names in _SECTIONS
    ]


def field_row(
    person: Any, name: str, *, history: Mapping[str, Sequence[ValueChange]], counties: Mapping[str, str], actor: Actor
) -> FieldRow:
    """Return one row."""
    keys = [name] if name != HOME else ["village"]
    (record,) = list_columns("people").chosen(keys, language=current_language()).records([person])
    return _row(person, name, record, history=history, counties=counties, actor=actor)


def _row(
    person: Any,
    name: str,
    record: Mapping[str, Any],
    *,
    history: Mapping[str, Sequence[ValueChange]],
    counties: Mapping[str, str],
    actor: Actor,
) -> FieldRow:
    own = history.get(_HISTORY_OF.get(name, name), ())
    is_typed = name not in _NOT_TYPED
    return FieldRow(
        name=name,
        title=field_title(name),
        shown=_shown(person, name, record, counties),
        history=own,
        is_wide=name in _WIDE,
        is_editable=is_typed and may(actor, "edit_people"),
        is_correctable=(
            is_typed and name != HOME and may(actor, "propose_corrections") and not may(actor, "edit_people")
        ),
    )


def _shown(person: Any, name: str, record: Mapping[str, Any], counties: Mapping[str, str]) -> Any:
    if hides(person, name):
        return not_shown()
    if name == HOME:
        places = (person.home_county, person.home_township, person.home_village)
        return "".join(place.name for place in places if place) or None
    if name in {"id_number", "phone"}:
        return masked(getattr(person, name)) if getattr(person, name) else None
    if name == "birth_date" and person.birth_date_is_month:
        return month(person.birth_date)
    if name == "willing_county_codes" and person.willing_county_codes is not None:
        return _(", ").join(counties.get(code, code) for code in person.willing_county_codes) or _("Any")
    if name == "willing_posts" and person.willing_posts == ():
        return _("Any")
    if name == "appraisals" and person.appraisals:
        return history_words(name, person.appraisals)
    return _measured(name, getattr(person, name, None)) or shown_value(person, record, name)


def _measured(name: str, value: Any) -> str | None:
    """Return a number with its unit, where the name of the field does not say it."""
    if value is None:
        return None
    count = 1 if value == 1 else 2
    if name in {"years_in_industry", "rural_work_years"}:
        return str(ngettext("%(n)s year", "%(n)s years", count, n=number(value)))
    if name == "months_outside":
        return str(ngettext("%(n)s month", "%(n)s months", count, n=number(value)))
    return str(pgettext("in 10,000 yuan", "%(n)s", n=number(value))) if name == "annual_revenue_wan" else None


#: What templates of records call.
GLOBALS = {
    "source_name": source_name,
    "field_title": field_title,
    "proposed_words": proposed_words,
    "hides": hides,
    "not_shown": not_shown,
    "purpose_name": purpose_name,
    "history_words": history_words,
    "written_words": words_of,
    "role_names": role_names,
}
