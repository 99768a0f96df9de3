"""/api/v1/me: who the token belongs to, and what it may do."""

from flask import Response
from marshmallow import Schema, fields

from matching.vocabulary import Text
from service.access import rights_of
from service.api.answers import Answer
from service.api.blueprint import Resource
from service.context import current_actor, signed_in_with

__all__ = ["resource"]

resource = Resource("me", title=Text("当前账号", "The account itself"))


class AccountSchema(Schema):
    """The account that acts."""

    username = fields.String(required=True)
    holder_name = fields.String(required=True, allow_none=True)  # what the account signs with
    roles = fields.List(fields.String(), required=True)
    territory_kind = fields.String(required=True)
    territory_code = fields.String(required=True)
    rights = fields.List(fields.String(), required=True)
    signed_in_with = fields.String(required=True, metadata={"enum": ["token", "session"]})


@resource.operation(
    "GET", "", Text("查看当前账号及其权限", "Show the account and what it may do"), answer=AccountSchema
)
def show_account() -> Response:
    """Show the account of the token or session."""
    actor = current_actor()
    return Answer.of(
        {
            "username": actor.username,
            "holder_name": actor.holder_name,
            "roles": sorted(actor.roles),
            "territory_kind": actor.territory.kind,
            "territory_code": actor.territory.code,
            "rights": rights_of(actor),
            "signed_in_with": signed_in_with(),
        }
    ).response()
