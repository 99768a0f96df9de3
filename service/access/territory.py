"""Where an account may look: the city, a county, a township, a village, a unit, or the own record."""

from dataclasses import dataclass
from enum import StrEnum

from matching.vocabulary import Text

__all__ = ["EVERYWHERE", "NOWHERE", "TERRITORY_LABELS", "Territory", "TerritoryKind"]


class TerritoryKind(StrEnum):
    """What a territory is."""

    ALL = "all"  # auditors
    SYSTEM = "system"  # operators and administrators: every record, under opaque numbers
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    UNIT = "unit"  # the people of one employer
    OWN = "own"  # the record of the person whom the account belongs to
    NONE = "none"  # nothing

    @property
    def is_everything(self) -> bool:
        """Whether no record is outside; an installation is one city's."""
        return self in {TerritoryKind.ALL, TerritoryKind.SYSTEM, TerritoryKind.CITY}


TERRITORY_LABELS = {
    TerritoryKind.ALL: Text("全部", "everything"),
    TerritoryKind.SYSTEM: Text("系统", "the system"),
    TerritoryKind.CITY: Text("全市", "the city"),
    TerritoryKind.COUNTY: Text("县（市、区）", "a county"),
    TerritoryKind.TOWNSHIP: Text("乡镇（街道）", "a township"),
    TerritoryKind.VILLAGE: Text("村（社区）", "a village"),
    TerritoryKind.UNIT: Text("单位", "a unit"),
    TerritoryKind.OWN: Text("本人档案", "the own record"),
    TerritoryKind.NONE: Text("无", "nothing"),
}


@dataclass(frozen=True)
class Territory:
    """Where an account may look.

    Parameters
    ----------
    kind : TerritoryKind
    code : str
        The county's 6, township's 9 or village's 12 digits, or the name of the unit; "" for the other kinds.
    person_id : int or None
        Surrogate id of the own record; None for the other kinds.
    """

    kind: TerritoryKind
    code: str = ""
    person_id: int | None = None


EVERYWHERE = Territory(TerritoryKind.ALL)
NOWHERE = Territory(TerritoryKind.NONE)
