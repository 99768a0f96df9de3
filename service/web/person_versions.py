"""Both versions of what is done about a person: a request for correction or a hold that somebody else settled first."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext as _

from service.errors import Conflict, ServiceError
from service.web.versions import Deed, FieldVersions, both_versions

__all__ = ["versions_of_acts"]


def versions_of_acts(
    error: ServiceError | None, *, corrections: Iterable[Any], holds: Iterable[Any]
) -> list[FieldVersions]:
    """Return what somebody else decided meanwhile beside what was written, else nothing.

    Parameters
    ----------
    error : ServiceError or None
    corrections, holds : iterable
        Of the person, as the reader may see them.
    """
    if not isinstance(error, Conflict):
        return []
    about = {"correction_id": corrections, "hold_id": holds}.get(error.place, ())
    settled: Any = next((one for one in about if str(one.id) == str(error.value)), None)
    if settled is None:
        return []
    if error.place == "hold_id":
        told = {"state": _("lifted"), "reason": settled.lift_reason or ""}
        by, at = settled.lifted_by, settled.lifted_at
    else:
        told = {"decision": _states()[settled.state], "reason": settled.decision_reason or ""}
        by, at = settled.decided_by, settled.decided_at
    deeds = [Deed(field=name, after=words, username=by, at=at) for name, words in told.items() if words]
    words = {"decision": lambda code: {"accept": _("Accept"), "refuse": _("Refuse")}.get(code, code)}
    return both_versions(deeds, request.form, words=words, titles={"reason": _("Reason")}, names={"act": "decision"})


def _states() -> dict[str, str]:
    return {"open": _("open"), "accepted": _("accepted"), "refused": _("refused")}
