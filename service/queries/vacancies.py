"""What the matching core sees of vacancies."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from matching.frames import VacancyFacts
from matching.outcomes import heading
from matching.requirements import Requirements, requirement_rules
from matching.vocabulary import Text, VacancyStatus
from matching.vocabulary.codes import code_table
from matching.vocabulary.industries import IndustryTerms
from service.models.vacancies import Vacancy
from service.models.villages import County, Township, Village

__all__ = ["load_vacancy_facts", "requirements_of", "wishes_of"]

_IN_ONE_QUERY = 500
_OPEN = tuple(status for status in VacancyStatus if status.is_open)


def load_vacancy_facts(
    session: Session, *, vacancy_nos: Sequence[str] | None = None, open_only: bool = False, as_of: date
) -> list[VacancyFacts]:
    """Read vacancies for the matching core, in the order of their numbers.

    Parameters
    ----------
    session : Session
    vacancy_nos : sequence of str, optional
        Only these; numbers that nobody knows are left out.
    open_only : bool
        Leave out vacancies that are no longer, or not yet, open.
    as_of : date
        Day of the request.
    """
    statement = _select_facts(open_only=open_only, is_numbered=vacancy_nos is not None)
    if vacancy_nos is None:
        rows = list(session.execute(statement))
    else:
        parts = (vacancy_nos[i : i + _IN_ONE_QUERY] for i in range(0, len(vacancy_nos), _IN_ONE_QUERY))
        rows = [row for part in parts for row in session.execute(statement, {"vacancy_nos": part})]
    return [_facts_of(row, as_of) for row in sorted(rows, key=lambda row: row.vacancy_no)]


def requirements_of(vacancy: Vacancy) -> tuple[Text, ...]:
    """Return what a vacancy asks as a rule of its own, with a cited basis."""
    return tuple(heading(rule) for rule in _requirements_of(vacancy).rules)


def wishes_of(vacancy: Vacancy) -> tuple[Text, ...]:
    """Return what a vacancy would like but what excludes nobody: requirements without a cited basis, and free texts."""
    texts = ((Text("专业：{}", "Major: {}"), vacancy.majors), (Text("经历：{}", "Experience: {}"), vacancy.experience))
    wishes = [Text(label.zh.format(text), label.en.format(text)) for label, text in texts if text]
    if vacancy.political_req:
        status = code_table("political_status").label(vacancy.political_req)
        wishes.append(Text(f"政治面貌：{status.zh}", f"Political status: {status.en}"))
    return (*_requirements_of(vacancy).wishes, *wishes)


@cache  # writing the statement takes longer than reading one vacancy
def _select_facts(*, open_only: bool, is_numbered: bool) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            *(column for column in Vacancy.__table__.columns if not column.key.endswith("_sealed")),
            Village.village_code,
            Township.township_code,
            County.county_code,
            Village.latitude,
            Village.longitude,
            Village.industries.label("village_industries"),
            Village.industry_text.label("village_industry_text"),
        )
        .join(Village, Village.id == Vacancy.village_id)
        .join(Township, Township.id == Village.township_id)
        .join(County, County.id == Township.county_id)
    )
    if open_only:
        statement = statement.where(Vacancy.vacancy_status.in_(_OPEN))
    if is_numbered:
        statement = statement.where(Vacancy.vacancy_no.in_(bindparam("vacancy_nos", expanding=True)))
    return statement


def _facts_of(row: Row[Any], as_of: date) -> VacancyFacts:
    return VacancyFacts(
        vacancy_id=row.id,
        vacancy_no=row.vacancy_no,
        post=row.post_type,
        as_of=as_of,
        rule_profile=row.rule_profile,
        term_months=row.term_months,
        village_code=row.village_code,
        township_code=row.township_code,
        county_code=row.county_code,
        latitude=row.latitude,
        longitude=row.longitude,
        industries=_industries_of(row),
        themes=row.themes or (),
        five=row.five or (),
        resources=row.resources or (),
        requirements=_requirements_of(row).rules,
    )


def _industries_of(row: Row[Any]) -> tuple[str, ...]:
    of_village = () if row.industries else (row.village_industry_text,)
    return IndustryTerms.shipped().with_unmapped(
        row.industries or row.village_industries or (), texts=(row.industry_text, *of_village)
    )


def _requirements_of(vacancy: Row[Any] | Vacancy) -> Requirements:
    return requirement_rules(
        education_rank_min=vacancy.education_min,
        degree_rank_min=vacancy.degree_min,
        age_years_max=vacancy.age_max,
        work_years_min=vacancy.work_years_min,
        basis=vacancy.requirement_basis,
    )
