"""The county that is given for a whole file."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.errors import InvalidInput
from service.models.villages import County
from service.usecases.records.places import place_key

__all__ = ["check_given_county"]

_MOST_NAMED = 12


def check_given_county(session: Session, county: str | None) -> None:
    """Refuse a county that nobody knows, where others are registered: a slip would move everybody in the file.

    Raises
    ------
    InvalidInput
        Naming the counties that are registered.
    """
    if county is None:
        return
    known = session.scalars(select(County.name).order_by(County.county_code)).all()
    if not known or place_key(county) in {place_key(name) for name in known}:
        return
    listed = known[:_MOST_NAMED]
    raise InvalidInput(
        Text(f"没有登记过县区“{county}”。", f"No county '{county}' is registered."),
        remedy=Text(
            f"已登记：{'、'.join(listed)}。确是新的县区，请先导入它的村表。",
            f"Registered: {', '.join(listed)}. If it is new, import its villages first.",
        ),
        place="county",
        value=county,
    )
