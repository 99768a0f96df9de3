"""What an opinion or a conclusion has to say why: reason codes, words, the paper behind it."""

from collections.abc import Sequence

from matching.vocabulary import ReviewDecision, Text
from matching.vocabulary.codes import code_table
from service.errors import InvalidInput
from service.usecases.workflow.against_rank import SET_ASIDE
from service.usecases.workflow.move_checks import OTHER

__all__ = ["check_reasons", "check_set_aside"]

#: What takes a chance from somebody never goes unexplained.
_NEED_CODES = frozenset({ReviewDecision.NOT_SUITABLE})


def check_reasons(decision: ReviewDecision, reason_codes: Sequence[str], reason: str | None) -> None:
    """Refuse an opinion without the reason that it needs, or with one that nobody knows.

    Raises
    ------
    InvalidInput
    """
    unknown = next((code for code in reason_codes if code not in code_table("reason_code").codes), None)
    if unknown is not None:
        raise _wanting("reason_codes", Text(f"没有理由代码 {unknown}。", f"There is no reason code {unknown}."))
    if decision in _NEED_CODES and not reason_codes:
        raise _wanting("reason_codes", Text("“暂不考虑”须选择理由代码。", "'Not suitable' needs a reason code."))
    if OTHER in reason_codes and not (reason or "").strip():
        raise _wanting("reason", Text("“其他”须写明理由。", "'Other' needs the reason in words."))


def check_set_aside(
    decision: ReviewDecision, reason_codes: Sequence[str], reason: str | None, document: str | None
) -> None:
    """Refuse to set somebody aside without code, words and paper.

    Raises
    ------
    InvalidInput
    """
    given = {"reason_codes": bool(reason_codes), "reason": (reason or "").strip(), "document": (document or "").strip()}
    missing = [name for name, value in given.items() if not value]
    if decision in SET_ASIDE and missing:
        problem = Text(
            "使人选退出比选的结论须写明理由代码、情况和依据文件（名称、文号）。",
            "A conclusion that sets somebody aside needs a code, what happened in words, and the document it rests on.",
        )
        raise InvalidInput(problem, place=missing[0], fields={name: [problem] for name in missing})


def _wanting(place: str, problem: Text) -> InvalidInput:
    return InvalidInput(problem, place=place, fields={place: [problem]})
