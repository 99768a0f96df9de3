"""What a public notice shows: exactly the fields that are declared, and never another."""

import json
from datetime import date

from sqlalchemy.orm import Session

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.access import Actor, require
from service.models.appointments import Appointment
from service.models.people import Person
from service.usecases.lists.shortlists import list_itself
from service.usecases.workflow.round_guards import candidacies_of
from service.workflow import workflow_in_force

__all__ = ["left_out_of", "notice_fields", "printed_fields", "unrecorded_before_notice"]

NOTICE_LABELS = {
    "name": Text("姓名", "Name"),
    "sex": Text("性别", "Sex"),
    "birth_month": Text("出生年月", "Born"),
    "political_status": Text("政治面貌", "Political status"),
    "education": Text("学历", "Education"),
    "current_post": Text("现工作单位及职务", "Present employer and post"),
    "intended_post": Text("拟任岗位", "Intended post"),
    "publicity_period": Text("公示期", "Period of the notice"),
    "office_phone": Text("受理单位电话", "Phone of the office that takes objections"),
}
_EMPTY = Text("", "")


def notice_fields(
    person: Person, appointment: Appointment, *, first: date, last: date, office: str, office_phone: str
) -> dict[str, dict[str, str]]:
    """Return the fields of a notice in both languages, in the order that is declared.

    What nobody recorded is empty and is not printed: a dash in a notice that hangs in a village looks like a secret.
    """
    village = appointment.village
    post = code_table("post_type").label(str(appointment.post_type.value))
    place = f"{village.township.county.name}{village.township.name}{village.name}"
    values = {
        **_of_person(person),
        "intended_post": Text(f"{place}{post.zh}", f"{post.en}, {place}"),
        "publicity_period": Text(f"{_day(first)}至{_day(last)}", f"{first.isoformat()} to {last.isoformat()}"),
        "office_phone": _same(f"{office} {office_phone}"),
    }
    return {name: (values[name] or _EMPTY)._asdict() for name in workflow_in_force().notice_fields}


def printed_fields(shown: str | None) -> list[tuple[Text, Text]]:
    """Return title and text of what a notice, as it was kept, shows."""
    kept = {name: Text(**text) for name, text in json.loads(shown or "{}").items()}
    return [(NOTICE_LABELS[name], text) for name, text in kept.items() if text != _EMPTY]


def left_out_of(shown: str | None) -> list[Text]:
    """Return the titles of what a notice, as it was kept, leaves out because nobody recorded it."""
    return [NOTICE_LABELS[name] for name, text in json.loads(shown or "{}").items() if Text(**text) == _EMPTY]


def unrecorded_before_notice(session: Session, *, actor: Actor, shortlist_no: str) -> dict[str, list[Text]]:
    """Return what a notice would leave out of each person of a list who was decided on, by number of the candidacy.

    Parameters
    ----------
    session : Session
        One that nothing else is read in: people are read anew.
    actor : Actor
    shortlist_no : str

    Raises
    ------
    NotFound
        If there is no such list.
    """
    require(actor, "publish_notices")
    shortlist = list_itself(session, actor=actor, shortlist_no=shortlist_no)
    decided = [one for one in candidacies_of(session, shortlist.id) if one.state == "decided"]
    return {one.candidacy_no: lacking for one in decided if (lacking := _unrecorded(one.person))}


def _unrecorded(person: Person) -> list[Text]:
    known = _of_person(person)
    return [NOTICE_LABELS[name] for name in workflow_in_force().notice_fields if known.get(name, "") is None]


def _of_person(person: Person) -> dict[str, Text | None]:
    return {
        "name": _same(person.name),
        "sex": _label("sex", person.sex),
        "birth_month": _month(person.birth_date),
        "political_status": _label("political_status", person.political_status),
        "education": _label("education", person.education),
        "current_post": _same(" ".join(filter(None, (person.employer, person.current_post)))),
    }


def _month(birth: date | None) -> Text | None:
    # As official documents write it: the year in full, no idle zeros before months and days.
    return Text(f"{birth.year}年{birth.month}月", f"{birth:%Y-%m}") if birth else None


def _day(when: date) -> str:
    return f"{when.year}年{when.month}月{when.day}日"


def _same(text: str | None) -> Text | None:
    return Text(text, text) if text else None


def _label(table: str, code: str | None) -> Text | None:
    return code_table(table).label(code) if code else None
