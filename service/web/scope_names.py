"""What the scopes of tokens are called; a request to the API names them by their own short words."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext

__all__ = ["GLOBALS", "scope_name", "scope_names"]

_NAMES: Mapping[str, object] = {
    "add": lazy_gettext("add candidates"),
    "approve": lazy_gettext("approve changes of accounts"),
    "attest": lazy_gettext("attest files"),
    "blind": lazy_gettext("set blind review"),
    "check": lazy_gettext("check records"),
    "conclude": lazy_gettext("conclude reviews"),
    "consent": lazy_gettext("reply for candidates"),
    "bootstrap": lazy_gettext("first accounts"),
    "do": lazy_gettext("daily work"),
    "decide": lazy_gettext("decide"),
    "edit": lazy_gettext("edit"),
    "erase": lazy_gettext("erase records"),
    "explain": lazy_gettext("explain scores"),
    "export": lazy_gettext("take files out"),
    "hold": lazy_gettext("hold records"),
    "import": lazy_gettext("import files"),
    "lift": lazy_gettext("lift blind review"),
    "make": lazy_gettext("make backups"),
    "manage": lazy_gettext("manage accounts"),
    "merge": lazy_gettext("merge duplicates"),
    "move": lazy_gettext("lead on"),
    "promote": lazy_gettext("put cards in force"),
    "propose": lazy_gettext("propose"),
    "publish": lazy_gettext("publish notices"),
    "read": lazy_gettext("read"),
    "record": lazy_gettext("record checks and consents"),
    "request": lazy_gettext("request shortlists"),
    "rescore": lazy_gettext("rescore"),
    "restore": lazy_gettext("restore backups"),
    "review": lazy_gettext("review candidates"),
    "rotate": lazy_gettext("renew keys"),
    "send": lazy_gettext("send messages"),
    "sign": lazy_gettext("sign"),
    "train": lazy_gettext("train cards"),
    "unmask": lazy_gettext("see numbers in full"),
    "verify": lazy_gettext("verify"),
}


def scope_name(scope: str) -> str:
    """Return what a scope is called; its own word where it has no name."""
    return str(_NAMES.get(scope, scope))


def scope_names(scopes: Iterable[str]) -> str:
    """Return several in one line."""
    return str(_(", ").join(scope_name(scope) for scope in scopes))


GLOBALS = {"scope_name": scope_name, "scope_names": scope_names}
