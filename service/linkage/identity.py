"""What is compared of one person."""

from dataclasses import dataclass
from datetime import date

__all__ = ["Identity"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """The clear values by which a record is compared; None where nothing is known.

    Parameters
    ----------
    person_id : int
        Surrogate id; 0 for a record that has none yet.
    name, id_number, phone : str or None
        As written.
    birth_date : date or None
    birth_date_is_month : bool
        Only the month is known.
    sex, ethnicity, education : str or None
        Codes.
    village_id, township_id, county_id : int or None
        Of the home, as far as it is known.
    work_start_date, party_join_date : date or None
    employer : str or None
    """

    person_id: int = 0
    name: str | None
    id_number: str | None = None
    phone: str | None = None
    birth_date: date | None = None
    birth_date_is_month: bool = False
    sex: str | None = None
    ethnicity: str | None = None
    education: str | None = None
    village_id: int | None = None
    township_id: int | None = None
    county_id: int | None = None
    work_start_date: date | None = None
    party_join_date: date | None = None
    employer: str | None = None
