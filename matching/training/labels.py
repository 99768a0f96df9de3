"""Which review decisions train, and with which grade: one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.vocabulary import ReviewDecision

__all__ = ["APPRAISAL_GRADES", "DECISION_COLUMNS", "DECISION_GRADES", "STAGE_GRADES", "Labels", "label"]

#: Columns of the frame of decisions; `has_reason` is a bool, `shown_rank` NaN where somebody was added by hand.
DECISION_COLUMNS = (
    "vacancy_no",
    "person_id",
    "reviewer_no",
    "shown_rank",
    "decision",
    "has_reason",
    "stage_reached",
    "appraisal",
    "decided_on",
)

#: Grades of the decisions that judge fit. The others (papers, wishes, units, kinship, qualification) never train.
DECISION_GRADES: Mapping[str, float] = MappingProxyType(
    {ReviewDecision.RECOMMEND: 2.0, ReviewDecision.RESERVE: 1.0, ReviewDecision.NOT_SUITABLE: 0.0}
)
#: A later stage of somebody recommended counts for more; how the term was appraised counts for most.
STAGE_GRADES: Mapping[str, float] = MappingProxyType({"inspected": 3.0, "appointed": 4.0})
APPRAISAL_GRADES: Mapping[str, float] = MappingProxyType(
    {"excellent": 5.0, "competent": 4.0, "basically_competent": 3.0, "incompetent": 1.0}
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Labels:
    """The graded people, list after list.

    Parameters
    ----------
    frame : DataFrame
        Columns vacancy_no, person_id, grade (float), place (int, 1 the top) and decided_on; the oldest list first,
        within a list in the order that was shown. Several reviewers' grades of one person are averaged.
    n_decisions : int
        Decisions that were read.
    n_not_of_fit : int
        Decisions that never train because they say nothing of fit.
    n_unexplained : int
        "Not suitable" without a reason, left out because others of the list have reasons: possibly never looked at.
    n_by_hand : int
        Decisions on people who were not on a ranked list.
    """

    frame: pd.DataFrame
    n_decisions: int
    n_not_of_fit: int
    n_unexplained: int
    n_by_hand: int


def label(decisions: pd.DataFrame) -> Labels:
    """Grade review decisions.

    An unexplained "not suitable" may be a judgement or a place that nobody looked at. In a list where somebody's "not
    suitable" has a reason, the unexplained are left out; in a list where nobody's has, they count as grade 0, and the
    place where they stood must explain the rest.

    Parameters
    ----------
    decisions : DataFrame of shape (n_decisions, len(DECISION_COLUMNS))

    Returns
    -------
    Labels
    """
    grade = _grades(decisions)
    is_of_fit = ~np.isnan(grade)
    is_listed = decisions["shown_rank"].notna().to_numpy()
    is_refusal = (decisions["decision"] == ReviewDecision.NOT_SUITABLE).to_numpy() & (grade == 0)
    has_reason = decisions["has_reason"].to_numpy(dtype=bool)
    explained = decisions["vacancy_no"].isin(decisions.loc[is_refusal & has_reason, "vacancy_no"]).to_numpy()
    is_unexplained = is_refusal & ~has_reason & explained
    kept = decisions.assign(grade=grade)[is_of_fit & is_listed & ~is_unexplained]
    return Labels(
        frame=_by_list(kept),
        n_decisions=len(decisions),
        n_not_of_fit=int((~is_of_fit).sum()),
        n_unexplained=int((is_unexplained & is_listed).sum()),
        n_by_hand=int((is_of_fit & ~is_listed).sum()),
    )


def _grades(decisions: pd.DataFrame) -> NDArray[np.float64]:
    """Return the grade of each decision, NaN where it does not judge fit."""
    judged = _looked_up(decisions["decision"], DECISION_GRADES)
    stage = _looked_up(decisions["stage_reached"], STAGE_GRADES)
    appraisal = _looked_up(decisions["appraisal"], APPRAISAL_GRADES)
    graded = np.where(np.isnan(appraisal), np.fmax(judged, stage), appraisal)
    return np.where(np.isnan(judged), np.nan, graded)


def _looked_up(codes: pd.Series, table: Mapping[str, float]) -> NDArray[np.float64]:
    return np.array([table.get(code, np.nan) for code in codes], dtype=np.float64)


def _by_list(kept: pd.DataFrame) -> pd.DataFrame:
    columns = ["vacancy_no", "person_id"]
    found = kept.groupby(columns, sort=True, as_index=False).agg(
        grade=("grade", "mean"), place=("shown_rank", "min"), decided_on=("decided_on", "max")
    )
    found["place"] = found["place"].astype("int64")
    dates = found["decided_on"].map(lambda day: day.isoformat() if pd.notna(day) else "")
    oldest = dates.groupby(found["vacancy_no"]).transform("max")
    order = found.assign(_day=oldest).sort_values(["_day", "vacancy_no", "place", "person_id"], kind="stable")
    return order.drop(columns="_day").reset_index(drop=True)
