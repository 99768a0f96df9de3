"""Accounts on the wire: signing in, sessions, tokens, changes by two people."""

import re
from typing import Any

from marshmallow import fields

from matching.vocabulary import Text
from schemas.base import StrictSchema
from schemas.choices import Choice
from schemas.dates import Day
from schemas.fields import Key, Name, PlainText, Reading, Words
from schemas.problems import refusal

__all__ = [
    "AccountChangeRequestSchema",
    "AccountChangeSchema",
    "AccountRowSchema",
    "AccountSessionSchema",
    "CodeRequestSchema",
    "GivenPasswordSchema",
    "MadeTokenSchema",
    "NewPasswordRequestSchema",
    "ReasonRequestSchema",
    "SignInRequestSchema",
    "SignedInSchema",
    "TokenRequestSchema",
    "TokenSchema",
]

_KINDS = ("create", "roles", "disable", "enable", "password", "name")
_WAYS = ("password", "ldap", "oidc")
_STAGES = ("second_factor", "new_password", "enrolment", "open")
_UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class Secret(Reading, fields.String):
    """A password: taken as it is, never shown in a refusal."""

    longest = 200

    def read(self, value: Any) -> str:
        """Refuse what is no password."""
        if not isinstance(value, str) or not 0 < len(value) <= self.longest or _UNWRITABLE.search(value):
            raise refusal(
                Text("口令应为 1 至 200 个字符，不含控制字符。", "A password has 1 to 200 printable characters."),
                Text("请重新输入。", "Give it again."),
            )
        return value


class SignInRequestSchema(StrictSchema):
    """Name and password."""

    username = PlainText(60, required=True)
    password = Secret(required=True)


class CodeRequestSchema(StrictSchema):
    """A code of the second factor, or a recovery code."""

    code = PlainText(40, required=True)


class NewPasswordRequestSchema(StrictSchema):
    """A password of one's own; the present one is asked for from an open session."""

    password = Secret(required=True)
    current = Secret()


class SignedInSchema(StrictSchema):
    """A session that was opened, or went one step further; its token replaces the one of before."""

    token = fields.String(required=True)
    stage = fields.String(required=True, metadata={"enum": list(_STAGES)})


class AccountSessionSchema(StrictSchema):
    """One of the living sessions of the account."""

    session_no = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    last_seen_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)
    has_second_factor = fields.Boolean(required=True)
    signed_in_by = fields.String(required=True, metadata={"enum": list(_WAYS)})
    address = fields.String(required=True)
    client = fields.String(required=True)
    is_this = fields.Boolean(required=True)


class TokenRequestSchema(StrictSchema):
    """A token to be made, with the password and, where one is bound, a code of the second factor."""

    label = PlainText(60, required=True)
    scopes = Words()
    expires_on = Day()
    current = Secret()
    code = PlainText(40)


class TokenSchema(StrictSchema):
    """A token without itself."""

    token_no = fields.String(required=True)
    label = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)
    last_used_at = fields.DateTime(required=True, allow_none=True)
    revoked_at = fields.DateTime(required=True, allow_none=True)


class MadeTokenSchema(StrictSchema):
    """A new token, shown this once."""

    token = fields.String(required=True)


class ReasonRequestSchema(StrictSchema):
    """Why."""

    reason = PlainText(200, required=True)


class GivenPasswordSchema(StrictSchema):
    """A generated password, shown this once; it must be changed at the next sign-in."""

    username = fields.String(required=True)
    password = fields.String(required=True, allow_none=True)


class AccountRowSchema(StrictSchema):
    """One account."""

    username = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    territory = fields.String(required=True)
    sign_in_way = fields.String(required=True, metadata={"enum": list(_WAYS)})
    has_second_factor = fields.Boolean(required=True)
    must_change_password = fields.Boolean(required=True)
    is_disabled = fields.Boolean(required=True)
    locked_until = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    has_holder = fields.Boolean(required=True)
    holder_name = fields.String(required=True, allow_none=True)  # as far as the reader may see names


class AccountChangeRequestSchema(StrictSchema):
    """A change that a second person has to confirm."""

    kind = Choice(*_KINDS, required=True, metadata={"enum": list(_KINDS)})
    username = Key(60, required=True)
    reason = PlainText(200, required=True)
    roles = Words()
    territory = PlainText(140)
    sign_in_way = Choice(*_WAYS, metadata={"enum": list(_WAYS)})
    holder_name = Name(40)  # needed of a new account, and of a change of the name


class AccountChangeSchema(StrictSchema):
    """A change, and what the second person said."""

    change_no = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": list(_KINDS)})
    username = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    territory = fields.String(required=True)
    sign_in_way = fields.String(required=True, metadata={"enum": list(_WAYS)})
    reason = fields.String(required=True)
    requested_by = fields.String(required=True)
    requested_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)
    decision = fields.String(required=True, allow_none=True)
    first_half = fields.String(allow_none=True)  # of a password: once, to who asks
    holder_name = fields.String(allow_none=True)  # of a new account, or of a change of the name
    second_half = fields.String(allow_none=True)  # once, to who confirms; the whole is both, without a space
