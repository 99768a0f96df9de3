"""Steps of a list as a browser sends them, and other hands in its past."""

import re

from sqlalchemy import select

from service.models.moves import Move
from tests.service.web.builders_pages import page_of, token_of

__all__ = ["proposed_by_somebody_else", "requested_by_somebody_else", "send"]


def send(browser, address, to: str, **written):
    html = page_of(browser, f"{address}/round")
    version = re.findall(r'name="version" value="(\d+)"><input type="hidden" name="to" value="', html)[-1]
    fields = {"to": to, "version": version, "csrf_token": token_of(html), **written}
    return browser.post(f"{address}/moves", data=fields)


def proposed_by_somebody_else(database) -> None:
    with database.unit_of_work() as session:
        session.scalars(select(Move).where(Move.to_state == "proposed")).one().username = "second"


def requested_by_somebody_else(database) -> None:
    from service.models.shortlists import Shortlist

    with database.unit_of_work() as session:
        session.scalars(select(Shortlist)).one().requested_by = "second"
