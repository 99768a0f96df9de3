"""The eligibility frame with the facts that only pool admission asks for."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy.orm import Session

from matching.frames import ADMISSION_COLUMNS, ELIGIBILITY_COLUMNS
from service.queries.derived_facts import column_of_days, full_years
from service.queries.people_frames import Raw, Values, derived_facts, frame_of, ranks_of, raw_columns

__all__ = ["load_admission_frame"]

_MOST_BY_ID = 500  # above that, reading everybody is cheaper than a long list of ids


def load_admission_frame(session: Session, *, person_ids: Sequence[int], as_of: date) -> pd.DataFrame:
    """Read people with their admission facts, sorted by person number.

    Parameters
    ----------
    session : Session
    person_ids : sequence of int
    as_of : date
        Day of registration.
    """
    few = person_ids if len(person_ids) <= _MOST_BY_ID else None
    raw = raw_columns(session, as_of=as_of, person_ids=few)
    facts = {**raw, **derived_facts(session, raw, as_of), **_admission_facts(raw)}
    columns = {column.name: column for column in (*ELIGIBILITY_COLUMNS, *ADMISSION_COLUMNS)}
    frame = frame_of(tuple(columns.values()), facts)
    return frame if few is not None else frame.loc[frame.index.isin(person_ids)]


def _admission_facts(raw: Raw) -> dict[str, Values]:
    return {
        "age_at_recruitment_years": _age_at_recruitment(raw),
        "fulltime_education_rank": ranks_of(raw["fulltime_education"], "education", "rank"),
        "serves_home_village": raw["serves_at_home"],
        "tie_to_city": _tie_to_city(raw),
    }


def _age_at_recruitment(raw: Raw) -> npt.NDArray[np.float64]:
    born, recruited = column_of_days(raw["birth_date"]), column_of_days(raw["recruited_on"])
    ages = np.full(len(born), np.nan)
    for day in np.unique(recruited[~np.isnat(recruited)]):
        on_that_day = recruited == day
        ages[on_that_day] = full_years(born[on_that_day], day.item())
    return ages


def _tie_to_city(raw: Raw) -> list[float | None]:
    # A home or a recorded tie in a registered place is one in the city; what is not recorded is unknown.
    rows = zip(raw["home_county_code"], raw["tie_village_codes"], raw["residence_in_city"], strict=True)
    return [1.0 if home or ties or lives_here else None for home, ties, lives_here in rows]
