"""Whose an account is: the real name of its holder, how it is given, and to whom it is told."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.vocabulary import Text
from service.access import Actor, TerritoryKind, require_any, takes_two
from service.access.masking import hides_holders
from service.errors import InvalidInput
from service.models.accounts import Account
from service.usecases.accounts.registry import MANAGERS

__all__ = ["folded_name", "holder_name_of", "holders_of", "list_namesakes"]

_LONGEST = 40
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U000323af]")
#: Between the parts of a name, besides blanks.
_JOINTS = frozenset("·‧•.'’-")


def folded_name(text: str) -> str:
    """Return a name without what a keyboard makes different: blanks, width, and the sign between its parts."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join("·" if sign in "·‧•・" else sign for sign in narrow if not sign.isspace())


def holder_name_of(text: str | None) -> str:
    """Return a name as it is kept of the holder of an account.

    Raises
    ------
    InvalidInput
        If it is missing or no name of a person.
    """
    words = unicodedata.normalize("NFKC", text or "").split()
    name = "".join(words) if _HAN.search("".join(words)) else " ".join(words)
    letters = [sign for sign in name if unicodedata.category(sign)[0] in "LM"]
    if (
        len(letters) < 2
        or len(name) > _LONGEST
        or any(sign not in _JOINTS and sign != " " for sign in name if unicodedata.category(sign)[0] not in "LM")
    ):
        problem = Text(
            f"请填写账号持有人的真实姓名（2 至 {_LONGEST} 字，不含数字）。",
            f"Give the real name of who holds the account: 2 to {_LONGEST} letters, no digits.",
        )
        raise InvalidInput(
            problem,
            remedy=Text("一个账号只属于一个人；不填职务或单位。", "An account is one person's: no office, no title."),
            place="holder_name",
            value=(text or "")[:_LONGEST],
            fields={"holder_name": [problem]},
        )
    return name


def holders_of(session: Session, *, actor: Actor, usernames: Collection[str]) -> Mapping[str, str]:
    """Return who holds accounts, by the name of the account, as far as the actor may see names.

    Whose account is of the own record is a person of the registry: their name is told by their record, or not at all.
    """
    if hides_holders(actor) or not usernames:
        return {}
    wanted = select(Account).where(
        Account.username.in_(set(usernames)),
        Account.holder_name_sealed.is_not(None),
        Account.territory_kind != TerritoryKind.OWN,
    )
    return {one.username: one.holder_name or "" for one in session.scalars(wanted)}


def list_namesakes(session: Session, *, actor: Actor) -> list[tuple[str, ...]]:
    """Return the accounts in use whose holders have one name, by the names of the accounts, name of holder untold.

    Duties are kept apart between accounts. Two people may have one name; one person with two accounts could do both
    halves of what takes two. Accounts without a part in such acts, and those of the own record, are left out.
    """
    require_any(actor, *MANAGERS, "approve_accounts")
    wanted = select(Account).where(
        Account.is_disabled.is_(False),
        Account.holder_name_sealed.is_not(None),
        Account.territory_kind != TerritoryKind.OWN,
    )
    by_name: dict[str, list[str]] = {}
    for one in session.scalars(wanted.order_by(Account.username)):
        if takes_two(one.roles):
            by_name.setdefault(folded_name(one.holder_name or ""), []).append(one.username)
    return [tuple(usernames) for usernames in by_name.values() if len(usernames) > 1]
