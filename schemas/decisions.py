"""Review decisions on the wire."""

from matching.vocabulary import ReviewDecision
from schemas.base import RecordSchema
from schemas.codes import Code, Codes, EnumCode
from schemas.dates import Day
from schemas.fields import Key
from schemas.numbers import Whole

__all__ = ["DecisionSchema"]


class DecisionSchema(RecordSchema):
    """What one reviewer said of one person for one vacancy."""

    vacancy_no = Key(required=True)
    person_no = Key(required=True)
    shortlist_no = Key()
    shown_rank = Whole(least=1, most=100_000)
    decision = EnumCode("review_decision", ReviewDecision, required=True)
    reason_codes = Codes("reason_code")
    stage_reached = Code("stage_reached")
    appraisal = Code("appraisal")
    decided_on = Day()
    reviewer_no = Key()
