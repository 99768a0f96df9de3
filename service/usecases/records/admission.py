"""Pool admission rules: judged when people are registered, reported, and never decided by a machine."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from matching.eligibility import Eligibility, judge_admission
from matching.outcomes import RuleOutcome
from matching.rules import Override
from matching.vocabulary import TalentSource, Text, Verdict
from service.queries.admission_frames import load_admission_frame
from service.queries.rulebooks import rulebook_in_force
from service.usecases.incoming.reports import SavedRecord, Severity

__all__ = ["Admissions", "judge_admissions"]


class Admissions:
    """The verdicts of the admission rules on some people."""

    def __init__(self) -> None:
        self._judged: dict[int, tuple[Eligibility, int]] = {}

    def add(self, judged: Eligibility, person_ids: list[int]) -> None:
        """Take the verdicts on `person_ids`, the rows of `judged` in order."""
        self._judged.update((person_id, (judged, row)) for row, person_id in enumerate(person_ids))

    def verdict_of(self, person_id: int) -> Verdict | None:
        """Return the verdict; None for sources without a pool of their own."""
        if person_id not in self._judged:
            return None
        judged, row = self._judged[person_id]
        return judged.verdict_of(row)

    def outcomes_of(self, person_id: int) -> list[RuleOutcome]:
        """Return what each admission rule says."""
        if person_id not in self._judged:
            return []
        judged, row = self._judged[person_id]
        return judged.outcomes(row)

    def note_in(self, saved: Mapping[int, SavedRecord]) -> dict[Verdict, int]:
        """Note in saved records, by person id, the rules that fail; return how often there was which verdict."""
        counts: dict[Verdict, int] = {}
        for person_id, one in saved.items():
            verdict = self.verdict_of(person_id)
            if verdict is None:
                continue
            counts[verdict] = counts.get(verdict, 0) + 1
            if verdict is Verdict.FAIL:
                for outcome in self.outcomes_of(person_id):
                    if outcome.verdict is Verdict.FAIL:
                        remedy = _CHECK if outcome.override is Override.NONE else _CHECK_OR_WAIVE
                        one.find(outcome.rule_id, outcome.sentence, Severity.NOTE, remedy=remedy)
        return counts


_CHECK = Text("请核对该项。", "Check this value.")
_CHECK_OR_WAIVE = Text(
    "请核对该项，或由组织部门按规定放宽。", "Check this value, or let the department waive it as the rules allow."
)


def judge_admissions(session: Session, *, people: Mapping[int, TalentSource], as_of: date) -> Admissions:
    """Judge people by the admission rules of their pools.

    Parameters
    ----------
    session : Session
    people : mapping of person id to TalentSource
    as_of : date
        Day of registration.
    """
    admissions = Admissions()
    by_source: dict[TalentSource, list[int]] = defaultdict(list)
    for person_id, source in people.items():
        by_source[source].append(person_id)
    rulebook = rulebook_in_force(session)
    governed = {source: rules for source in by_source if (rules := rulebook.admission_rules(source))}
    if not governed:
        return admissions
    everybody = [person_id for source in governed for person_id in by_source[source]]
    frame = load_admission_frame(session, person_ids=everybody, as_of=as_of)
    for source, rules in governed.items():
        rows = frame.loc[frame["talent_source"] == source]
        admissions.add(judge_admission(rows, rules, as_of=as_of), [int(i) for i in rows.index])
    return admissions
