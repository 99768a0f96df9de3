"""Searches by name, number or phone: what was looked for never stands in an address.

The search is posted; the address of its result carries a key that only this installation can open, and only for the
account that searched. So back, reload and paging work, and neither a log nor a browser's history tells a name.
"""

import base64
import binascii
import json
import re
from datetime import datetime, timedelta

from matching.vocabulary import Text
from service.access import Actor
from service.errors import InvalidInput, NotFound
from service.vault import TamperedField, Vault

__all__ = ["SEARCHABLE", "as_search", "opened", "sealed"]

SEARCHABLE = ("name", "id_number", "phone", "person_no")
_PLACE = "web.search"
_KEPT_FOR = timedelta(hours=12)  # as long as a session lasts at most
_LONGEST = 60


def as_search(words: str) -> dict[str, str]:
    """Say what somebody looks for: an id number, a phone, a person number, or else a name.

    Raises
    ------
    InvalidInput
        If nothing was written, or more than any of them can be.
    """
    wanted = "".join(words.split()) if re.search(r"\d", words) else words.strip()
    if not wanted or len(wanted) > _LONGEST:
        raise InvalidInput(
            Text("请填写姓名、人员编号、身份证号或手机号。", "Write a name, a person number, an id number or a phone."),
            place="q",
        )
    if re.fullmatch(r"\d{17}[\dXx]|\d{15}", wanted):
        return {"id_number": wanted.upper()}
    if re.fullmatch(r"1\d{10}", wanted):
        return {"phone": wanted}
    if re.search(r"[0-9]", wanted):
        return {"person_no": wanted}
    return {"name": wanted}


def sealed(search: dict[str, str], *, vault: Vault, actor: Actor, now: datetime) -> str:
    """Return the key of a search."""
    content = json.dumps({"search": search, "until": (now + _KEPT_FOR).isoformat()}, ensure_ascii=False)
    secret = vault.seal(_PLACE, actor.account_id or 0, content)
    return base64.urlsafe_b64encode(secret or b"").decode("ascii").rstrip("=")


def opened(key: str, *, vault: Vault, actor: Actor, now: datetime) -> dict[str, str]:
    """Return the search behind a key.

    Raises
    ------
    NotFound
        If the key is not one of this account's, or too old.
    """
    try:
        secret = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
        content = json.loads(vault.open(_PLACE, actor.account_id or 0, secret) or "")
        if datetime.fromisoformat(content["until"]) < now:
            raise _gone()
        return {name: str(value) for name, value in content["search"].items() if name in SEARCHABLE}
    except (TamperedField, binascii.Error, ValueError, KeyError, IndexError) as error:
        raise _gone() from error


def _gone() -> NotFound:
    return NotFound(
        Text("这次查询已失效。", "This search is no longer kept."),
        remedy=Text("请回到人才库重新查询。", "Go to the people and search again."),
        place="find",
    )
