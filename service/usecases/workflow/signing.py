"""What an account signs in person, it signs with the name of its holder and no other."""

from matching.vocabulary import Text
from service.access import Actor
from service.errors import Forbidden, InvalidInput
from service.usecases.accounts.holders import folded_name

__all__ = ["check_has_holder", "signed_by_holder"]


def check_has_holder(actor: Actor) -> str:
    """Return the name that an account signs with.

    Raises
    ------
    Forbidden
        If nobody has given it one: it cannot sign.
    """
    if actor.holder_name:
        return actor.holder_name
    raise Forbidden(
        Text(
            f"账号“{actor.username}”尚未登记持有人姓名，不能署名。",
            f"The account '{actor.username}' has no name of its holder and cannot sign.",
        ),
        remedy=Text(
            "请系统管理员登记（“用户与角色”页，或 talentpool user name 账号 姓名），由部务会成员确认。",
            "Ask the administrator to give it one (Users and roles, or talentpool user name ACCOUNT NAME); a leader "
            "confirms.",
        ),
        place="holder_name",
        value=actor.username,
    )


def signed_by_holder(actor: Actor, signed_name: str, *, place: str = "signed_name") -> str:
    """Return the name under an act as it is kept: that of the holder of the account that acts.

    Parameters
    ----------
    actor : Actor
    signed_name : str
        As it was typed; blanks, width and the sign between parts of a name make no difference.
    place : str
        The field.

    Raises
    ------
    Forbidden
        If the account has no name.
    InvalidInput
        If it is somebody else's name.
    """
    own = check_has_holder(actor)
    if folded_name(signed_name) == folded_name(own):
        return own
    problem = Text(
        f"署名“{signed_name.strip()[:60]}”不是本账号持有人“{own}”。",
        f"'{signed_name.strip()[:60]}' is not who holds this account: '{own}'.",
    )
    raise InvalidInput(
        problem,
        remedy=Text(
            "请署本人姓名；他人在纸质材料上的签字，请用“登记签署”并写明文件。",
            "Sign with your own name; a paper that somebody else signed is recorded as a signature, with its document.",
        ),
        place=place,
        value=signed_name.strip()[:60],
        fields={place: [problem]},
    )
