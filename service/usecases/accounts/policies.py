"""What a password must be like: two profiles, chosen by a setting, and every refusal names its rule."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from matching.vocabulary import Text
from service.errors import InvalidInput
from service.usecases.accounts.common_passwords import is_common
from service.usecases.accounts.hashing import matches

__all__ = ["POLICIES", "PasswordPolicy", "check_password"]

_CLASSES = ("[a-z]", "[A-Z]", "[0-9]", r"[^a-zA-Z0-9\s]")
_SHORTEST_NAME = 3


@dataclass(frozen=True, kw_only=True)
class PasswordPolicy:
    """One profile.

    Parameters
    ----------
    min_length, max_length : int
        In characters.
    needs_classes : bool
        Whether lower case, upper case, digits and signs are all needed.
    refuses_common : bool
        Whether passwords that many people have are refused.
    n_remembered : int
        How many former passwords may not come back, the present one included.
    max_age : timedelta or None
        After what time a new one is asked for at the next sign-in.

    References
    ----------
    ``asvs``: OWASP ASVS 5.0, V6.2; NIST SP 800-63B-4, section 3.1.1. ``complex``: what offices that follow graded
    protection of information systems ask for.
    """

    min_length: int
    max_length: int = 128
    needs_classes: bool = False
    refuses_common: bool = False
    n_remembered: int = 0
    max_age: timedelta | None = None


POLICIES = {
    "asvs": PasswordPolicy(min_length=12, refuses_common=True),
    "complex": PasswordPolicy(min_length=10, needs_classes=True, n_remembered=5, max_age=timedelta(days=90)),
}


def check_password(password: str, *, username: str, policy: PasswordPolicy, former_hashes: Iterable[str] = ()) -> None:
    """Refuse a password that the policy does not allow.

    Raises
    ------
    InvalidInput
        With every broken rule, never with the password.
    """
    broken = list(_broken(password, username=username, policy=policy))
    if not broken and any(matches(former, password) for former in former_hashes):
        n = max(1, policy.n_remembered)
        broken.append(
            Text(f"口令不能与最近 {n} 次用过的相同。", f"A password must differ from the last {n} of this account.")
        )
    if broken:
        raise InvalidInput(broken[0], place="password", fields={"password": broken})


def _broken(password: str, *, username: str, policy: PasswordPolicy) -> Iterable[Text]:
    least, most = policy.min_length, policy.max_length
    if len(password) < least:
        yield Text(f"口令至少 {least} 个字符。", f"A password has at least {least} characters.")
    if len(password) > most:
        yield Text(f"口令至多 {most} 个字符。", f"A password has at most {most} characters.")
        return
    if policy.needs_classes and not all(re.search(kind, password) for kind in _CLASSES):
        yield Text(
            "口令须同时含有小写字母、大写字母、数字和符号。",
            "A password holds lower case letters, upper case letters, digits and signs.",
        )
    if len(username) >= _SHORTEST_NAME and username.lower() in password.lower():
        yield Text("口令不能包含账号名。", "A password does not contain the account name.")
    if policy.refuses_common and is_common(password):
        yield Text(
            "该口令由常用词、姓名拼音、连续按键或年份组成，容易被猜到。",
            "This password is made of common words, names, keyboard walks or years, and easily guessed.",
        )
