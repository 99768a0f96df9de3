"""Which rows of every table lie in a territory: conditions by the place of a row, and by the person whom it names."""

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, false, or_, select, true

from matching.vocabulary import PostType, ReviewDecision
from service.access import TerritoryKind
from service.access.reach import Reach
from service.models.accounts import Account
from service.models.appointments import Appointment, PublicityNotice
from service.models.candidacies import Candidacy, Opinion, Reply, Round, Signature
from service.models.exports import Export, FormRemainder
from service.models.identity import DuplicatePair, Merge
from service.models.imports import Import
from service.models.negative_entries import NegativeEntry
from service.models.people import Person
from service.models.privacy import BlindLift, BlindReview, Consent, Correction, Erasure, ErasureRequest, LegalHold
from service.models.reviews import Decision
from service.models.runs import Ranking, RankingHead
from service.models.shortlists import Shortlist, ShortlistEntry, ShortlistSnapshot
from service.models.training_records import TrainingRecord
from service.models.uploads import Upload
from service.models.vacancies import Check, Vacancy
from service.models.villages import County, Township, Village
from service.models.waivers import Waiver

__all__ = ["SCOPED", "TOWNSHIPS", "VILLAGES", "in_villages", "lives_in", "people_at_home", "table_of", "townships_of"]


def table_of(model: type[Any]) -> Table:
    """Return the table of a model."""
    return cast("Table", model.__table__)


_COUNTIES, TOWNSHIPS, VILLAGES = table_of(County), table_of(Township), table_of(Village)
_VACANCIES, _LISTS, _ENTRIES = table_of(Vacancy), table_of(Shortlist), table_of(ShortlistEntry)
_PEOPLE, _DECISIONS, _ACCOUNTS = table_of(Person), table_of(Decision), table_of(Account)
_CANDIDACIES, _APPOINTMENTS = table_of(Candidacy), table_of(Appointment)


def townships_of(reach: Reach) -> Select[tuple[int]] | None:
    """Return the ids of the townships of a territory; None: it has none as a whole."""
    kind, code = reach.territory.kind, reach.territory.code
    own = select(TOWNSHIPS.c.id)
    if kind.is_everything:
        return own
    if kind is TerritoryKind.TOWNSHIP:
        return own.where(TOWNSHIPS.c.township_code == code)
    if kind is TerritoryKind.COUNTY:
        return own.where(TOWNSHIPS.c.county_id.in_(select(_COUNTIES.c.id).where(_COUNTIES.c.county_code == code)))
    return None


def _villages(reach: Reach) -> Select[tuple[int]] | None:
    """Return the ids of the villages of a territory; None: it has none."""
    own = select(VILLAGES.c.id)
    if reach.territory.kind is TerritoryKind.VILLAGE:
        return own.where(VILLAGES.c.village_code == reach.territory.code)
    townships = townships_of(reach)
    return None if townships is None else own.where(VILLAGES.c.township_id.in_(townships))


def in_villages(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    """Return which rows belong to a village of a territory."""
    villages = _villages(reach)
    return false() if villages is None else column.in_(villages)


def _vacancy(columns: Any, reach: Reach) -> ColumnElement[bool]:
    """Return which vacancies lie in a territory; who is there for consultants sees theirs only."""
    inside = in_villages(columns.village_id, reach)
    is_for_consultants = reach.sees_consultants and not (reach.sees_home or reach.sees_nominees)
    return and_(inside, columns.post_type == PostType.INDUSTRIAL_CONSULTANT) if is_for_consultants else inside


def _of_vacancies(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    return column.in_(select(_VACANCIES.c.id).where(_vacancy(_VACANCIES.c, reach)))


def _of_lists(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    return column.in_(select(_LISTS.c.id).where(_of_vacancies(_LISTS.c.vacancy_id, reach)))


def _of_candidacies(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    return column.in_(select(_CANDIDACIES.c.id).where(_of_lists(_CANDIDACIES.c.shortlist_id, reach)))


def lives_in(columns: Any, reach: Reach) -> ColumnElement[bool]:
    """Return who lives in a territory."""
    kind, code = reach.territory.kind, reach.territory.code
    if not reach.sees_home:
        return false()
    if kind.is_everything:
        return true()
    if kind is TerritoryKind.COUNTY:
        return _is_place(columns.home_county_id, _COUNTIES, _COUNTIES.c.county_code, code)
    if kind is TerritoryKind.TOWNSHIP:
        return _is_place(columns.home_township_id, TOWNSHIPS, TOWNSHIPS.c.township_code, code)
    if kind is TerritoryKind.VILLAGE:
        return _is_place(columns.home_village_id, VILLAGES, VILLAGES.c.village_code, code)
    if kind is TerritoryKind.UNIT:
        return cast("ColumnElement[bool]", columns.employer_index.in_(reach.employer_indexes))
    if kind is TerritoryKind.OWN and reach.territory.person_id is not None:
        return cast("ColumnElement[bool]", columns.id == reach.territory.person_id)
    return false()


def _is_place(home: Any, table: FromClause, own_code: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", home == select(table.c.id).where(own_code == code).scalar_subquery())


def _person(columns: Any, reach: Reach) -> ColumnElement[bool]:
    """Return whom a territory sees: who lives there, who stands on its lists, who holds or held one of its posts."""
    seen = [lives_in(columns, reach)]
    listed = select(_ENTRIES.c.person_id).where(_of_lists(_ENTRIES.c.shortlist_id, reach))
    if reach.sees_candidates or reach.sees_consultants:
        added = select(_CANDIDACIES.c.person_id).where(_of_lists(_CANDIDACIES.c.shortlist_id, reach))
        seen += [columns.id.in_(listed), columns.id.in_(added)]
    if reach.sees_candidates:
        posted = select(_APPOINTMENTS.c.person_id).where(in_villages(_APPOINTMENTS.c.village_id, reach))
        seen.append(columns.id.in_(posted))
    if reach.sees_nominees:
        recommended = _DECISIONS.c.decision == ReviewDecision.RECOMMEND
        nominees = select(_DECISIONS.c.person_id).where(recommended, _of_vacancies(_DECISIONS.c.vacancy_id, reach))
        seen.append(columns.id.in_(nominees))
    return or_(*seen)


def _of_seen_people(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    """Return which rows name somebody whom a territory sees: a row never shows without its person."""
    return column.in_(select(_PEOPLE.c.id).where(_person(_PEOPLE.c, reach)))


def _with_person(
    place: Callable[[Any, Reach], ColumnElement[bool]], *, brings_person: bool
) -> Callable[[Any, Reach], ColumnElement[bool]]:
    """Return the rule of a table whose rows lie in a place and name a person.

    Parameters
    ----------
    place : callable
        Which rows lie in the territory, of columns and reach.
    brings_person : bool
        Whether such a row itself brings its person before who sees candidates, so that there is nothing to narrow.
    """

    def rule(columns: Any, reach: Reach) -> ColumnElement[bool]:
        if brings_person and reach.sees_candidates:
            return place(columns, reach)
        return and_(place(columns, reach), _of_seen_people(columns.person_id, reach))

    return rule


def _of_people_at_home(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    return column.in_(people_at_home(reach))


def people_at_home(reach: Reach) -> Select[Any]:
    """Return the select of the ids of those who live in a territory."""
    return select(_PEOPLE.c.id).where(lives_in(_PEOPLE.c, reach))


def _of_accounts(column: ColumnElement[Any], reach: Reach) -> ColumnElement[bool]:
    """Return what accounts of the territory did; the codes of places below begin with the code of the place."""
    kind, code = reach.territory.kind, reach.territory.code
    places = (TerritoryKind.COUNTY, TerritoryKind.TOWNSHIP, TerritoryKind.VILLAGE)
    own_kind, own_code = _ACCOUNTS.c.territory_kind, _ACCOUNTS.c.territory_code
    if kind in places:
        is_own = and_(own_kind.in_(places), own_code.startswith(code, autoescape=True))
    else:
        is_own = and_(own_kind == kind, own_code == code)
    return column.in_(select(_ACCOUNTS.c.username).where(is_own))


#: Which rows of a table lie in a territory. Places themselves are narrowed where they are listed, not where they are
#: looked up for somebody's home.
SCOPED: dict[type[Any], Callable[[Any, Reach], ColumnElement[bool]]] = {
    Person: _person,
    Vacancy: _vacancy,
    Shortlist: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    ShortlistEntry: _with_person(lambda columns, reach: _of_lists(columns.shortlist_id, reach), brings_person=True),
    ShortlistSnapshot: lambda columns, reach: _of_lists(columns.shortlist_id, reach),
    Ranking: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    RankingHead: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    Round: lambda columns, reach: _of_lists(columns.shortlist_id, reach),
    Candidacy: _with_person(lambda columns, reach: _of_lists(columns.shortlist_id, reach), brings_person=True),
    Opinion: lambda columns, reach: _of_candidacies(columns.candidacy_id, reach),
    Reply: lambda columns, reach: _of_candidacies(columns.candidacy_id, reach),
    Signature: lambda columns, reach: _of_candidacies(columns.candidacy_id, reach),
    BlindReview: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    BlindLift: lambda columns, reach: _of_vacancies(columns.vacancy_id, reach),
    **{
        model: lambda columns, reach: _of_people_at_home(columns.person_id, reach)
        for model in (
            Consent,
            Correction,
            LegalHold,
            Erasure,
            ErasureRequest,
            NegativeEntry,
            TrainingRecord,
            FormRemainder,
        )
    },
    **{
        model: _with_person(lambda columns, reach: _of_vacancies(columns.vacancy_id, reach), brings_person=False)
        for model in (Waiver, Check, Decision)
    },
    Appointment: _with_person(lambda columns, reach: in_villages(columns.village_id, reach), brings_person=True),
    PublicityNotice: lambda columns, reach: columns.appointment_id.in_(
        select(_APPOINTMENTS.c.id).where(in_villages(_APPOINTMENTS.c.village_id, reach))
    ),
    DuplicatePair: lambda columns, reach: and_(
        _of_people_at_home(columns.first_id, reach), _of_people_at_home(columns.second_id, reach)
    ),
    Merge: lambda columns, reach: _of_people_at_home(columns.survivor_id, reach),
    Import: lambda columns, reach: _of_accounts(columns.username, reach),
    Upload: lambda columns, reach: _of_accounts(columns.username, reach),
    Export: lambda columns, reach: _of_accounts(columns.exported_by, reach),
}
