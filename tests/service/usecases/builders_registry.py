"""Short ways to register things in tests."""

from service.usecases.incoming.registration import save_people, save_vacancies, save_villages
from service.usecases.revisions import bump

__all__ = ["findings_of", "save", "write"]

_SAVERS = {"people": save_people, "vacancies": save_vacancies, "villages": save_villages}


def save(database, actor, now, **subjects):
    """Save records of several subjects in one transaction, villages first; return the report of the last."""
    report = None
    with database.unit_of_work() as session:
        for subject in sorted(subjects, key=["villages", "people", "vacancies"].index):
            report = _SAVERS[subject](session, actor=actor, records=subjects[subject], now=now)
    return report


def findings_of(report, index=0):
    """Return place and severity of each finding about one record."""
    return [(finding.place, finding.severity) for finding in report.records[index].findings]


def write(database, *statements):
    """Write past the use cases, as somebody with the database in hand could."""
    with database.unit_of_work() as session:
        for statement in statements:
            session.execute(statement)
        bump(session, "people")
