"""What each kind of table needs before its rows are validated."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marshmallow import ValidationError

from matching.vocabulary import PostType, Text
from matching.vocabulary.codes import CodeTable, code_table
from schemas.codes import nearest_label
from schemas.dates import read_date
from schemas.fields import narrow
from schemas.identity import IdNumber, birth_of, mask_id_number, mask_phone
from schemas.people import highest
from schemas.vacancies import is_no_basis
from service.files.findings import CellFinding, Effect
from service.files.tables import Draft

__all__ = ["PeoplePreparation", "PlacePreparation", "VacancyPreparation"]

_WORDS = re.compile(r"[、，,;；|/\s]+")
_ADDRESS = re.compile(r"\d+\s*(?:组|号|队|栋|单元|室)")
_EDUCATIONS = ("fulltime_education", "inservice_education", "education")
_DEGREES = ("degree", "fulltime_degree", "inservice_degree")
_REQUIREMENTS = ("education_min", "degree_min", "majors", "age_max", "experience")
_VILLAGE = re.compile(r"[\u4e00-\u9fff]{1,12}?(?:村|社区)")
_UNCLEAR_MONTH = re.compile(r"\d{4}(?:\.1|年?)")
_OLD_ID = re.compile(r"\d{15}")
_ROUNDED_ID = re.compile(r"\d{15}000")
_PHONE_SIGNS = re.compile(r"[-()]")
_SHORT_PHONE = re.compile(r"[1-9]\d{6,9}|0\d{6,8}")  # of 11 digits a mobile one; with an area code from 10 on
_FULL_MEMBER_AFTER_DAYS = 366


@dataclass(frozen=True)
class PlacePreparation:
    """Places of rows that lie in one county or township, given for the whole file.

    Parameters
    ----------
    county, township : str or None
    """

    county: str | None = None
    township: str | None = None

    def __call__(self, draft: Draft) -> Iterator[CellFinding]:
        """Fill the places that a row leaves out, and take a village for what it is."""
        values = draft.values
        for key in ("county", "township"):
            if getattr(self, key) and not values.get(key):
                values[key] = getattr(self, key)
        village = values.get("village")
        if not isinstance(village, str):
            return
        village = "".join(village.split())
        for key in ("county", "township"):
            village = village.removeprefix(str(values.get(key) or "")) or village
        values["village"] = village
        if _ADDRESS.search(village):
            del values["village"]
            named = _VILLAGE.match(village)
            suggestion = named[0] if named else None
            yield draft.finding("village", Effect.CELL_REFUSED, _NO_VILLAGE_NAME, _VILLAGE_ONLY, suggestion=suggestion)


@dataclass(frozen=True)
class PeoplePreparation:
    """People: degrees inside education cells, months from id numbers, what a form says between the lines.

    Parameters
    ----------
    places : PlacePreparation
    today : date
    talent_source : str or None
        Given for the whole file.
    known : mapping of str to str
        Talent sources of registered people by number: a file that only adds to them need not repeat who they are.
    """

    places: PlacePreparation
    today: date
    talent_source: str | None = None
    known: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, draft: Draft) -> Iterator[CellFinding]:
        """Prepare one row."""
        yield from self.places(draft)
        known = self.known.get(str(draft.values.get("person_no") or "").strip())
        if (source := self.talent_source or known) and not draft.values.get("talent_source"):
            draft.values["talent_source"] = source
        yield from _settle_degree(draft)
        yield from _settle_birth_month(draft)
        yield from _tell_of_longer_id(draft)
        yield from _doubt_rounded_id(draft)
        yield from _doubt_short_phone(draft)
        _settle_other_party(draft)
        if draft.is_form:  # it has neither pool nor village
            yield from self._read_form(draft)
        elif not (
            known or draft.values.get("village") or draft.values.get("home_village_code") or "village" in draft.refused
        ):
            yield draft.finding("village", Effect.TO_CONFIRM, _NO_VILLAGE, _FILL_VILLAGE)

    def _read_form(self, draft: Draft) -> Iterator[CellFinding]:
        values = draft.values
        if not values.get("talent_source"):
            named = code_table("talent_source").find_inside(str(values.get("resume") or ""))
            if len(named) == 1:
                values["talent_source"] = named[0]
                label = code_table("talent_source").label(named[0])
                yield draft.finding(
                    "resume", Effect.TO_CONFIRM, _SOURCE_FROM_RESUME.filled(source=label), _CONFIRM_SOURCE
                )
            else:
                yield draft.finding("talent_source", Effect.TO_CONFIRM, _NO_SOURCE, _GIVE_SOURCE)
        joined = values.get("party_join_date")
        if joined and not values.get("political_status"):
            if (day := _day(joined)) and (self.today - day).days > _FULL_MEMBER_AFTER_DAYS:
                values["political_status"] = "01"
            else:
                yield draft.finding("party_join_date", Effect.TO_CONFIRM, _MEMBER_UNCLEAR, _GIVE_STATUS)


@dataclass(frozen=True)
class VacancyPreparation:
    """Vacancies: requirements without a basis are wishes, and first secretaries need the kind of village.

    Parameters
    ----------
    places : PlacePreparation
    """

    places: PlacePreparation

    def __call__(self, draft: Draft) -> Iterator[CellFinding]:
        """Prepare one row."""
        yield from self.places(draft)
        values = draft.values
        if is_no_basis(str(values.get("requirement_basis") or "")):
            for key in _REQUIREMENTS:
                if values.get(key) and str(values[key]).strip() != "不限":
                    yield draft.finding(key, Effect.NOTE, _ONLY_A_WISH, _CITE)
        post = code_table("post_type").find(str(values.get("post_type") or ""))
        if post == PostType.FIRST_SECRETARY and not values.get("village_needs"):
            yield draft.finding("village_needs", Effect.TO_CONFIRM, _NO_NEED, _GIVE_NEED)


def _settle_degree(draft: Draft) -> Iterator[CellFinding]:
    """Take degrees out of education cells (大学 over 农学学士); of several the highest counts."""
    degrees = code_table("degree")
    words = [(key, word) for key in _DEGREES for word in _split(draft.values.pop(key, None))]
    for key in _EDUCATIONS:
        parts = _split(draft.values.get(key))
        inside = [part for part in parts if degrees.find(part) and not code_table("education").find(part)]
        if inside and len(parts) - len(inside) == 1:
            draft.values[key] = next(part for part in parts if part not in inside)
            words += [(key, part) for part in inside]
    found = [code for _, word in words if (code := degrees.find(word))]
    if found:
        draft.values["degree"] = highest("degree", found)
    for key, word in words:
        if degrees.find(word) is None:
            likely = nearest_label("degree", narrow(word))
            yield draft.finding(
                key, Effect.CELL_REFUSED, _NO_DEGREE, _degrees_known(degrees), value=word, suggestion=likely
            )


def _settle_birth_month(draft: Draft) -> Iterator[CellFinding]:
    """Tell January from October in 1985.1, and the month of a bare year, by the id number, if both agree."""
    value = draft.values.get("birth_date")
    written = narrow(f"{value:.10g}" if isinstance(value, float) else str(value))
    if not _UNCLEAR_MONTH.fullmatch(written):
        return
    try:
        born = birth_of(str(IdNumber().read(draft.values.get("id_number"))))
    except (ValidationError, ValueError):
        return
    is_year = "." not in written
    if born.year == int(written[:4]) and (is_year or born.month in {1, 10}):
        month = f"{born:%Y-%m}"
        draft.values["birth_date"] = month
        problem = (_YEAR_ONLY if is_year else _MONTH_FROM_ID).filled(month=month)
        yield draft.finding("birth_date", Effect.TO_CONFIRM, problem, _TYPE_AS_TEXT, value=written, suggestion=month)


def _tell_of_longer_id(draft: Draft) -> Iterator[CellFinding]:
    """Say that an id number of the old kind was completed."""
    value = draft.values.get("id_number")
    written = narrow(f"{value:.0f}" if isinstance(value, float) else str(value or ""))
    if _OLD_ID.fullmatch(written):
        try:
            longer = IdNumber().read(written)
        except ValidationError:
            return
        yield draft.finding(
            "id_number",
            Effect.NOTE,
            _LONGER_ID.filled(number=mask_id_number(str(longer))),
            value=mask_id_number(written),
        )


def _doubt_rounded_id(draft: Draft) -> Iterator[CellFinding]:
    """Doubt an id number that ends as one that was saved as a number; every eleventh of those passes the check."""
    written = narrow(str(draft.values.get("id_number") or ""))
    if _ROUNDED_ID.fullmatch(written):
        yield draft.finding("id_number", Effect.TO_CONFIRM, _ROUNDED, _COMPARE, value=mask_id_number(written))


def _doubt_short_phone(draft: Draft) -> Iterator[CellFinding]:
    """Say that a phone has too few digits for a mobile one and no area code for another."""
    written = _PHONE_SIGNS.sub("", narrow(str(draft.values.get("phone") or "")))
    if _SHORT_PHONE.fullmatch(written):
        yield draft.finding("phone", Effect.NOTE, _PHONE_NOT_WHOLE, _COMPLETE_PHONE, value=mask_phone(written))


def _settle_other_party(draft: Draft) -> None:
    """Move the name of another party from the date of joining to the political status."""
    joined = draft.values.get("party_join_date")
    if isinstance(joined, str) and code_table("political_status").find(joined):
        draft.values.setdefault("political_status", joined)
        del draft.values["party_join_date"]


def _split(value: Any) -> list[str]:
    return [word for word in _WORDS.split(str(value)) if word] if value else []


def _day(value: Any) -> date | None:
    try:
        return read_date(value)[0]
    except ValidationError:
        return None


def _degrees_known(degrees: CodeTable) -> Text:
    labels = [degrees.label(code) for code in ("4", "3", "2", "409")]
    return Text(
        f"可填：{'、'.join(label.zh for label in labels)} 等。",
        f"Known: {', '.join(label.en for label in labels)} and others.",
    )


_NO_VILLAGE_NAME = Text("这是详细住址，不是村名，未保存。", "This is an address, not a village; it was not kept.")
_VILLAGE_ONLY = Text("请只填行政村或社区的名称。", "Give the name of the village or community only.")
_NO_VILLAGE = Text("所在村为空，籍地联系和距离将待核。", "No village: ties and distance remain to be verified.")
_FILL_VILLAGE = Text("请补填所在村。", "Fill in the village.")
_NO_DEGREE = Text("代码表里没有这个学位。", "The code table does not know this degree.")
_MONTH_FROM_ID = Text(
    "分不清 1 月和 10 月，已按身份证号读作 {month}。",
    "January and October look the same; read as {month} by the id number.",
)
_YEAR_ONLY = Text("只有年份，已按身份证号读作 {month}。", "The month is missing; read as {month} by the id number.")
_LONGER_ID = Text("15 位旧号码已补为 18 位：{number}。", "The old number of 15 digits was completed: {number}.")
_ROUNDED = Text(
    "号码以 000 结尾，可能曾被存成数字而丢失末三位。",
    "It ends in 000: it may have been saved as a number and lost its last three characters.",
)
_COMPARE = Text("请对照证件核对号码。", "Compare the number with the card.")
_PHONE_NOT_WHOLE = Text("号码像是不全。", "It looks like a number that is not whole.")
_COMPLETE_PHONE = Text(
    "手机号为 11 位，固定电话请写区号，如 0000-1234567。",
    "A mobile number has 11 digits; write a landline with its area code, such as 0000-1234567.",
)
_TYPE_AS_TEXT = Text("请把单元格设为文本再录入。", "Format the cell as text.")
_NO_SOURCE = Text("任免审批表没有人才类别。", "The cadre form has no talent source.")
_GIVE_SOURCE = Text(
    "请用 --talent-source 给出，例如 --talent-source 大学生村官。",
    "Give it with --talent-source, such as --talent-source T1.",
)
_SOURCE_FROM_RESUME = Text("人才类别按简历读作“{source}”。", "The talent source was read from the resume: {source}.")
_CONFIRM_SOURCE = Text("如有不符，请用 --talent-source 另行给出。", "If it is another, give it with --talent-source.")
_MEMBER_UNCLEAR = Text(
    "入党未满一年或不是日期，政治面貌未判定。", "Joined less than a year ago, or no date: the status stays open."
)
_GIVE_STATUS = Text("请补填政治面貌。", "Fill in the political status.")
_ONLY_A_WISH = Text(
    "未注明要求依据，只作为意向显示，不排除人选。", "No basis is cited: it is shown as a wish and excludes nobody."
)
_CITE = Text("如须作为条件，请在“要求依据”列注明文件。", "To make it a condition, cite the document under 要求依据.")
_NO_NEED = Text("第一书记岗位应注明村类型。", "A vacancy of a first secretary should say the kind of village.")
_GIVE_NEED = Text("请补填村类型。", "Fill in the kind of village.")
