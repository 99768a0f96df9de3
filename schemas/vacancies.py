"""Vacancies on the wire: what a village asks for, and what it may not ask for."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from marshmallow import fields

from matching.vocabulary import PostType, RuleProfile, Text, VacancyStatus
from matching.vocabulary.codes import code_table
from schemas.base import PageQuerySchema, RecordSchema
from schemas.codes import Code, Codes, EnumCode, IndustryWords, Rank, YesNo
from schemas.conditions import unlawful_condition
from schemas.dates import Day
from schemas.fields import NONE_WORDS, Key, Name, PlainText, narrow
from schemas.numbers import PEOPLE, WAN_YUAN, YEARS, AgeLimit, Amount, Months, Whole, years_of_work_in
from schemas.places import PlaceCode
from schemas.problems import MISSING, Problem
from schemas.sorting import SortKey

__all__ = [
    "ListedVacancySchema",
    "PoliticalRequirement",
    "RequirementBasis",
    "VacanciesQuerySchema",
    "VacancySchema",
    "is_no_basis",
]

#: Free texts that say whom a vacancy wants.
_TEXTS_OF_CONDITIONS = ("experience", "majors", "note")
_NO_BASIS = frozenset({*NONE_WORDS, "暂无", "n/a", "na", "null"})


def is_no_basis(text: str) -> bool:
    """Whether a cited basis cites nothing: blank, 无, 不限, or signs only."""
    word = narrow(text).casefold()
    return word in _NO_BASIS or not any(sign.isalnum() for sign in word)


class RequirementBasis(PlainText):
    """The document that makes a wish a requirement; 无 and a dash are none."""

    def read(self, value: Any) -> str | None:
        """Read the citation."""
        text = super().read(value)
        return None if text is None or is_no_basis(text) else text


class PoliticalRequirement(Code):
    """A political status that the post asks for; 不限 is none."""

    def read(self, value: Any) -> str | None:  # type: ignore[override]  # no requirement is an answer too
        """Read the status."""
        if isinstance(value, str) and value.strip() in NONE_WORDS:
            return None
        return super().read(value)


class VacancySchema(RecordSchema):
    """One post that a village needs filled (岗位需求)."""

    paths: ClassVar[Mapping[str, str]] = {
        "county": "village.township.county.name",
        "township": "village.township.name",
        "village": "village.name",
        "village_code": "village.village_code",
        "village_needs": "village.village_needs",
        "settlement_type": "village.settlement_type",
        "population": "village.population",
        "n_party_members": "village.n_party_members",
        "collective_income_wan": "village.collective_income_wan",
    }

    vacancy_no = Key()
    county = Name(60)
    township = Name(60)
    village = Name(60)
    village_code = PlaceCode(12)
    # Facts of the village that stand in the table of vacancies; they fill gaps of the village.
    village_needs = Codes("village_need")
    settlement_type = Code("settlement_type")
    population = Whole(PEOPLE, most=1e7)
    n_party_members = Whole(PEOPLE, most=1e6)
    collective_income_wan = Amount(WAN_YUAN, most=1e5)

    post_type = EnumCode("post_type", PostType, required=True)
    rule_profile = EnumCode("rule_profile", RuleProfile, allow_none=False)
    vacancy_status = EnumCode("vacancy_status", VacancyStatus)
    headcount = Whole({**PEOPLE, "个": 1}, least=1, most=100, required=True)
    term_months = Months()
    start_date = Day()
    deadline_on = Day()
    industry_text = PlainText()
    industries = IndustryWords()
    themes = Codes("work_theme")
    five = Codes("five_understandings")
    resources = Codes("resource")
    resource_text = PlainText()
    industry_need = PlainText(500)
    education_min = Rank("education_rank")
    degree_min = Rank("degree")
    majors = PlainText()
    political_req = PoliticalRequirement("political_status")
    age_max = AgeLimit(least=18, most=80)
    work_years_min = Amount(YEARS, most=40)
    experience = PlainText(500)
    requirement_basis = RequirementBasis(500)
    accommodation = PlainText()
    contact = PlainText()
    note = PlainText(2_000, multiline=True)
    attested_by = PlainText(60)
    attested_document = PlainText(120)

    is_open = fields.Boolean(dump_only=True)
    version = fields.Integer(dump_only=True)
    created_at = fields.AwareDateTime(dump_only=True)
    updated_at = fields.AwareDateTime(dump_only=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Say of a vacancy whether people may still be matched with it."""
        if attr == "is_open":
            return obj.vacancy_status.is_open
        return super().get_attribute(obj, attr, default)

    def complete(
        self,
        record: dict[str, Any],
        *,
        is_partial: bool = False,  # noqa: ARG002 - the same for both
        refused: Collection[str] = (),
    ) -> dict[str, Any]:
        """Find the resources named in their text, and the years of work in the text on experience."""
        if record.get("resource_text") and not {"resources"} & {*record, *refused}:
            record["resources"] = code_table("resource").find_inside(record["resource_text"])
        if record.get("experience") and not {"work_years_min"} & {*record, *refused}:
            years = years_of_work_in(record["experience"])
            record |= {} if years is None else {"work_years_min": years}
        return record

    def conflicts(self, record: Mapping[str, Any], *, is_partial: bool = False) -> dict[str, list[Problem]]:
        """Refuse a vacancy without village or industry, and a political requirement where it is not lawful."""
        found: dict[str, list[Problem]] = {}
        post = record.get("post_type")
        for key, other in (("village", "village_code"), ("industry_text", "industries")):
            if not is_partial and not record.get(key) and not record.get(other):
                found[key] = [MISSING]
        for key in _TEXTS_OF_CONDITIONS:
            if record.get(key) and (unlawful := unlawful_condition(record[key], post=post, is_note=key == "note")):
                found[key] = [unlawful]
        if record.get("political_req") and post and post is not PostType.FIRST_SECRETARY:
            found["political_req"] = [_NO_PARTY_OFFICE]
        if record.get("rule_profile") is RuleProfile.NATIONAL_DISPATCH and post not in {None, PostType.FIRST_SECRETARY}:
            found["rule_profile"] = [_ONLY_FIRST_SECRETARIES]
        return found


class ListedVacancySchema(VacancySchema):
    """A vacancy with how many people are eligible, as its last ranking told; no version of the vacancy tells that."""

    n_eligible = fields.Integer(dump_only=True, allow_none=True)
    n_to_verify = fields.Integer(dump_only=True, allow_none=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Tell the counts of the ranking; null before the first one."""
        if attr in {"n_eligible", "n_to_verify"}:
            return getattr(obj.ranking_head, attr, None)
        return super().get_attribute(obj, attr, default)


class VacanciesQuerySchema(PageQuerySchema):
    """Filters and order of a list of vacancies."""

    post_type = EnumCode("post_type", PostType)
    vacancy_status = EnumCode("vacancy_status", VacancyStatus)
    is_open = YesNo()
    county_code = PlaceCode(6)
    township_code = PlaceCode(9)
    village_code = PlaceCode(12)
    industry = PlainText(40)
    is_thin = YesNo()
    sort = SortKey(
        *("vacancy_no", "updated_at", "post_type", "vacancy_status", "deadline_on", "n_eligible"),
        load_default="vacancy_no",
    )


_NO_PARTY_OFFICE = Problem(
    Text(
        "只有第一书记是党内职务，其他岗位不得以政治面貌为条件。",
        "Only the first secretary is a Party office; other posts may not ask for a political status.",
    ),
    Text("请删除此项要求。", "Remove this requirement."),
)
_ONLY_FIRST_SECRETARIES = Problem(
    Text("国家选派口径只适用于第一书记。", "The national dispatch rules are for first secretaries only."),
    Text("请改为本市方案。", "Choose the city plan."),
)
