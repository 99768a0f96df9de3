"""What a model was trained on, as its file tells."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Self

from matching.card_document import check_keys, list_at, number_at, text_at, texts_at, whole_at
from matching.errors import CardError
from matching.vocabulary import Text

__all__ = ["TrainingRecord"]


@dataclass(frozen=True, kw_only=True)
class TrainingRecord:
    """What a model was trained on.

    Parameters
    ----------
    data_hash : str
        Of the training lists.
    trained_at : str
        ISO moment in UTC.
    random_state : int
    n_lists, n_informative_lists : int
        Reviewed lists, and those whose people got different grades.
    n_decisions, n_not_of_fit, n_unexplained, n_by_hand : int
        See `matching.training.labels.Labels`.
    n_frozen, n_of_today, n_gone : int
        Graded people whose levels are those of the frozen list, those of the day of training, and those of whom no
        levels are left, who were not learned from.
    first_decided_on, last_decided_on : str
        ISO days.
    strength, place_slope : float
    vacancy_nos : tuple of str
        All vacancies of the training.
    left_out : tuple of tuple of str
        Of each bag.
    """

    data_hash: str
    trained_at: str
    random_state: int
    n_lists: int
    n_informative_lists: int
    n_decisions: int
    n_not_of_fit: int
    n_unexplained: int
    n_by_hand: int
    n_frozen: int = 0
    n_of_today: int = 0
    n_gone: int = 0
    first_decided_on: str
    last_decided_on: str
    strength: float
    place_slope: float
    vacancy_nos: tuple[str, ...]
    left_out: tuple[tuple[str, ...], ...]

    def as_document(self) -> dict[str, object]:
        """Return the record as plain JSON values."""
        lists = {"vacancy_nos": list(self.vacancy_nos), "left_out": [list(bag) for bag in self.left_out]}
        return {**asdict(self), **lists}

    @classmethod
    def from_document(cls, document: Any, *, place: str = "training") -> Self:
        """Read a record back.

        Raises
        ------
        CardError
            If a field is unknown, absent or no such value.
        """
        check_keys(document, frozenset(field.name for field in fields(cls)), place=place)
        found: dict[str, Any] = {
            name: value if name in _READ_APART else whole_at(value, place=f"{place}, {name}")
            for name, value in document.items()
        }
        for name in ("strength", "place_slope"):
            found[name] = number_at(document[name], place=f"{place}, {name}")
        for name in ("first_decided_on", "last_decided_on"):
            found[name] = _day(document[name], place=f"{place}, {name}")
        left_out = f"{place}, left_out"
        found |= {
            "data_hash": text_at(document["data_hash"], place=f"{place}, data_hash"),
            "trained_at": _moment(document["trained_at"], place=f"{place}, trained_at"),
            "vacancy_nos": texts_at(document["vacancy_nos"], place=f"{place}, vacancy_nos"),
            "left_out": tuple(texts_at(bag, place=left_out) for bag in list_at(document["left_out"], place=left_out)),
        }
        return cls(**found)


_READ_APART = frozenset(
    {
        "data_hash",
        "trained_at",
        "first_decided_on",
        "last_decided_on",
        "strength",
        "place_slope",
        "vacancy_nos",
        "left_out",
    }
)


def _day(value: object, *, place: str) -> str:
    """Return an ISO day as it stands; "" where no day was known."""
    day = text_at(value, place=place)
    try:
        if day:
            date.fromisoformat(day)
    except ValueError:
        raise CardError(Text(f"“{day}”不是日期。", f"'{day}' is no day."), place=place) from None
    return day


def _moment(value: object, *, place: str) -> str:
    """Return an ISO moment as it stands."""
    moment = text_at(value, place=place)
    try:
        is_aware = datetime.fromisoformat(moment).tzinfo is not None
    except ValueError:
        is_aware = False
    if not is_aware:
        problem = Text(f"“{moment}”不是带时区的时刻。", f"'{moment}' is no moment with a time zone.")
        raise CardError(problem, place=place)
    return moment
