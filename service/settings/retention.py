"""Settings of the retention clock: how long a record is kept after its purpose has ended."""

from collections.abc import Mapping
from dataclasses import dataclass

from matching.vocabulary import Text
from service.settings.values import flag, whole_number

__all__ = ["RetentionSettings"]

_MOST_MONTHS = 600


@dataclass(frozen=True, kw_only=True)
class RetentionSettings:
    """After how many months a record is due for erasure, by what ended its purpose.

    Parameters
    ----------
    withdrawn_months : int
        After the consent was withdrawn (``TALENTPOOL_RETENTION_WITHDRAWN_MONTHS``).
    archived_months : int
        After the record left the pools (``TALENTPOOL_RETENTION_ARCHIVED_MONTHS``).
    term_months : int
        After the end of the last term in a post (``TALENTPOOL_RETENTION_TERM_MONTHS``).
    is_erased_by_two : bool
        Whether an erasure takes two officers: one asks, another confirms (``TALENTPOOL_ERASURE_BY_TWO``).
    """

    withdrawn_months: int = 3
    archived_months: int = 24
    term_months: int = 60
    is_erased_by_two: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "RetentionSettings":
        """Read the settings.

        Raises
        ------
        NotConfigured
            If a value is no number of months.
        """
        return cls(
            withdrawn_months=_months(environment, "TALENTPOOL_RETENTION_WITHDRAWN_MONTHS", cls.withdrawn_months),
            archived_months=_months(environment, "TALENTPOOL_RETENTION_ARCHIVED_MONTHS", cls.archived_months),
            term_months=_months(environment, "TALENTPOOL_RETENTION_TERM_MONTHS", cls.term_months),
            is_erased_by_two=flag(environment, "TALENTPOOL_ERASURE_BY_TWO"),
        )


def _months(environment: Mapping[str, str], name: str, default: int) -> int:
    return whole_number(environment, name, default, least=0, most=_MOST_MONTHS, unit=Text("月数", "number of months"))
