"""What a public notice shows: exactly the fields that are declared, and never another."""

from datetime import date

from matching.vocabulary import Text
from matching.vocabulary.codes import code_table
from service.models.appointments import Appointment
from service.models.people import Person
from service.workflow import workflow_in_force

__all__ = ["NOTICE_LABELS", "notice_fields"]

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
_UNKNOWN = Text("—", "—")


def notice_fields(
    person: Person, appointment: Appointment, *, first: date, last: date, office: str, office_phone: str
) -> dict[str, dict[str, str]]:
    """Return the fields of a notice in both languages, in the order that is declared."""
    village = appointment.village
    post = code_table("post_type").label(str(appointment.post_type.value))
    place = f"{village.township.county.name}{village.township.name}{village.name}"
    values = {
        "name": _same(person.name),
        "sex": _label("sex", person.sex),
        "birth_month": _month(person.birth_date),
        "political_status": _label("political_status", person.political_status),
        "education": _label("education", person.education),
        "current_post": _same(" ".join(filter(None, (person.employer, person.current_post)))),
        "intended_post": Text(f"{place}{post.zh}", f"{post.en}, {place}"),
        "publicity_period": Text(f"{_day(first)}至{_day(last)}", f"{first.isoformat()} to {last.isoformat()}"),
        "office_phone": _same(f"{office} {office_phone}"),
    }
    return {name: values[name]._asdict() for name in workflow_in_force().notice_fields}


def _month(birth: date | None) -> Text:
    # As official documents write it: the year in full, no idle zeros before months and days.
    return Text(f"{birth.year}年{birth.month}月", f"{birth:%Y-%m}") if birth else _UNKNOWN


def _day(when: date) -> str:
    return f"{when.year}年{when.month}月{when.day}日"


def _same(text: str | None) -> Text:
    return Text(text, text) if text else _UNKNOWN


def _label(table: str, code: str | None) -> Text:
    return code_table(table).label(code) if code else _UNKNOWN
