"""People on the wire: registration, correction, and the masked record that goes out."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from marshmallow import fields

from matching.vocabulary import RecordStatus, TalentSource, Text
from matching.vocabulary.codes import code_table
from schemas.base import PageQuerySchema, RecordSchema
from schemas.codes import Appraisals, Code, CodeNumber, Codes, EnumCode, FitForDuty, IndustryWords, YesNo
from schemas.dates import BirthDate, Day
from schemas.fields import Key, Name, PlainText, Words
from schemas.identity import IdNumber, Phone, birth_of, sex_of
from schemas.numbers import DAYS, HOURS, HOUSEHOLDS, PEOPLE, POINTS, WAN_YUAN, YEARS, Amount, Months, Scale, Whole
from schemas.places import PlaceCode
from schemas.problems import Problem
from schemas.sorting import SortKey

__all__ = ["AGAINST_ID", "PeopleQuerySchema", "PersonSchema", "highest"]

_EDUCATIONS = frozenset({"education", "fulltime_education", "inservice_education"})
_CPC_MEMBERS = frozenset({"01", "02"})


class PersonSchema(RecordSchema):
    """One person (一人一档)."""

    paths: ClassVar[Mapping[str, str]] = {
        "county": "home_county.name",
        "township": "home_township.name",
        "village": "home_village.name",
        "home_village_code": "home_village.village_code",
    }

    person_no = Key()
    name = Name(40, required=True)
    talent_source = EnumCode("talent_source", TalentSource, required=True)
    id_number = IdNumber()
    phone = Phone()
    sex = Code("sex")
    ethnicity = Code("ethnicity")
    birth_date = BirthDate()
    native_place = PlainText()
    birth_place = PlainText()
    household_place = PlainText()
    county = Name(60)
    township = Name(60)
    village = Name(60)
    home_village_code = PlaceCode(12)
    political_status = Code("political_status")
    party_join_date = Day()
    duty_health_ok = FitForDuty()
    negative_flags = Codes("negative_list")

    work_start_date = Day()
    retirement_month = Day()
    recruited_on = Day()
    student_leader = YesNo()
    months_outside = Months(most=900)
    residence_in_city = YesNo()
    tie_villages = Words(load_only=True)
    tie_village_codes = Words()
    willing_posts = Codes("post_type")
    willing_counties = Words(load_only=True)
    willing_county_codes = Words()

    fulltime_education = Code("education")
    inservice_education = Code("education")
    education = Code("education")
    degree = Code("degree")
    school_major = PlainText()
    title = Code("professional_title")
    current_post = PlainText()
    current_post_date = Day()
    employer = PlainText()
    employer_type = Code("employer_type")
    personal_identity = Code("personal_identity")
    specialties = PlainText(500)
    industry_text = PlainText()
    industries = IndustryWords()
    business_entity = PlainText()
    business_scale = Scale()
    annual_revenue_wan = Amount(WAN_YUAN, most=1e7)
    years_in_industry = Amount(YEARS, most=80)
    households_led = Whole(HOUSEHOLDS, most=1e6)
    outside_place = PlainText()
    return_intention = Code("return_intention")
    skill_certificate = PlainText()
    recommender = PlainText()
    resume = PlainText(10_000, multiline=True)
    awards = PlainText(5_000, multiline=True)
    note = PlainText(2_000, multiline=True)

    u1_agriculture = Whole(POINTS, most=5)
    u2_industry = Whole(POINTS, most=5)
    u3_city = Whole(POINTS, most=5)
    u4_enterprise = Whole(POINTS, most=5)
    u5_economy = Whole(POINTS, most=5)
    rural_work_years = Amount(YEARS, most=80)
    party_building_experience = CodeNumber("party_building_experience")
    mass_work_experience = CodeNumber("mass_work_experience")
    n_projects_won = Whole({"个": 1, "项": 1}, most=10_000)
    work_themes = Codes("work_theme")
    appraisals = Appraisals()
    training_hours = Amount(HOURS, most=10_000)
    donations_wan = Amount(WAN_YUAN, most=1e7)
    n_jobs_created = Whole(PEOPLE, most=1e6)
    resources_offered = Codes("resource")
    honours_level = CodeNumber("honours_level")
    visit_days_per_year = Whole(DAYS, most=366)
    market_channels = CodeNumber("market_channels")

    registered_on = Day()
    consent_matching = YesNo()
    record_status = EnumCode("record_status", RecordStatus)
    attested_by = PlainText(60)
    attested_document = PlainText(120)

    version = fields.Integer(dump_only=True)
    verified_at = fields.AwareDateTime(dump_only=True, allow_none=True)
    created_at = fields.AwareDateTime(dump_only=True)
    updated_at = fields.AwareDateTime(dump_only=True)

    def complete(
        self, record: dict[str, Any], *, is_partial: bool = False, refused: Collection[str] = ()
    ) -> dict[str, Any]:
        """Split the date of birth, take a missing one from the id number, and find the highest education."""
        birth = record.get("birth_date")
        if birth is not None:
            record["birth_date"], record["birth_date_is_month"] = birth
        elif not is_partial and "birth_date" not in refused and record.get("id_number"):
            record |= {"birth_date": birth_of(record["id_number"]), "birth_date_is_month": False}
        if not is_partial and record.get("education") is None and not _EDUCATIONS & set(refused):
            known = [record[key] for key in ("fulltime_education", "inservice_education") if record.get(key)]
            if known:
                record["education"] = highest("education", known)
        if record.get("skill_certificate") in {"无", "没有"}:
            record["skill_certificate"] = ""
        return record

    def conflicts(self, record: Mapping[str, Any], *, is_partial: bool = False) -> dict[str, list[Problem]]:  # noqa: ARG002 - the same for both
        """Compare sex and birth with the id number, and the dates with each other."""
        found: dict[str, list[Problem]] = {}
        id_number, birth = record.get("id_number"), record.get("birth_date")
        if id_number and record.get("sex") in {"1", "2"} and record["sex"] != sex_of(id_number):
            found["sex"] = [AGAINST_ID]
        if id_number and birth and not _same_birth(birth, birth_of(id_number)):
            found["birth_date"] = [AGAINST_ID]
        for key in ("party_join_date", "work_start_date", "recruited_on"):
            if birth and record.get(key) and record[key] <= birth[0]:
                found[key] = [_BEFORE_BIRTH]
        if record.get("party_join_date") and record.get("political_status", "01") not in _CPC_MEMBERS:
            found.setdefault("party_join_date", [_NO_MEMBER])
        return found


class PeopleQuerySchema(PageQuerySchema):
    """Filters and order of a list of people."""

    talent_source = EnumCode("talent_source", TalentSource)
    record_status = EnumCode("record_status", RecordStatus)
    county_code = PlaceCode(6)
    township_code = PlaceCode(9)
    village_code = PlaceCode(12)
    industry = PlainText(40)
    education = Code("education")
    name = Name(40)
    id_number = IdNumber()
    phone = Phone()
    person_no = Key()
    consent_matching = YesNo()
    sort = SortKey("person_no", "name", "updated_at", "talent_source", "record_status", load_default="person_no")


def highest(table: str, codes: Iterable[str]) -> str:
    """Return the code with the highest rank, of equals the first."""
    ranks = code_table(table)
    return max(codes, key=lambda code: int(ranks.attribute(code, "rank") or 0))


def _same_birth(birth: tuple[date, bool], day: date) -> bool:
    written, is_month = birth
    return (written.year, written.month) == (day.year, day.month) and (is_month or written.day == day.day)


AGAINST_ID = Problem(
    Text("与身份证号不一致。", "It contradicts the id number."),
    Text("请对照证件核对这两项。", "Compare both with the card."),
)
_BEFORE_BIRTH = Problem(
    Text("早于出生日期。", "It is before the date of birth."), Text("请核对这两个日期。", "Check both dates.")
)
_NO_MEMBER = Problem(
    Text("政治面貌不是中共党员，却有入党时间。", "Somebody who is no Party member has a date of joining."),
    Text("请核对政治面貌和入党时间。", "Check the political status and the date."),
)
