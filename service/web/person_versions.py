"""Both versions of what is done about a person: a request for correction or a hold that somebody else settled first."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _

from service.errors import Conflict, ServiceError, VersionConflict
from service.web.formatting import day
from service.web.person_sections import purpose_name
from service.web.versions import Deed, FieldVersions, both_versions, change_versions

__all__ = ["versions_of_acts"]


def versions_of_acts(
    error: ServiceError | None, *, corrections: Iterable[Any], holds: Iterable[Any], consents: Iterable[Any]
) -> list[FieldVersions]:
    """Return what somebody else decided meanwhile beside what was written, else nothing.

    Parameters
    ----------
    error : ServiceError or None
    corrections, holds, consents : iterable
        Of the person, as the reader may see them.
    """
    if isinstance(error, VersionConflict):
        return change_versions(
            error, request.form, words={"decision": lambda state: _states().get(state, state)}, titles=_titles()
        )
    if not isinstance(error, Conflict):
        return []
    if error.place in {"purpose", "given_on"}:
        return _versions_of_consents([one for one in consents if one.text.purpose == request.form.get("purpose")])
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
    return both_versions(deeds, request.form, words=words, titles=_titles(), names={"act": "decision"})


def _versions_of_consents(known: Sequence[Any]) -> list[FieldVersions]:
    """Return the newest consent of the purpose beside what was written; nothing where there is none."""
    if not known:
        return []
    last = known[-1]
    by, at = (last.recorded_by, last.recorded_at)
    told = {"decision": _("Agreed"), "on": str(day(last.given_on)), "signed_by": last.signed_by or ""}
    told["document"] = last.document or ""
    if last.withdrawn_on is not None:
        by, at = last.withdrawal_recorded_by, None
        told = {"decision": _("Withdrew"), "on": str(day(last.withdrawn_on)), "signed_by": last.withdrawn_by or ""}
        told["document"] = last.withdrawal_document or ""
    deeds = [Deed(field=name, after=words, username=by or "", at=at) for name, words in told.items() if words]
    words = {
        "decision": lambda act: _("Withdrew") if act == "withdraw" else _("Agreed"),
        "purpose": purpose_name,
    }
    titles = {"decision": _("Consent or withdrawal"), "on": _("Signed on")}
    return both_versions(deeds, request.form, words=words, titles=titles, names={"act": "decision"})


def _titles() -> dict[str, str]:
    return {"reason": _("Reason")}


def _states() -> dict[str, str]:
    return {
        "open": _("open"), "accepted": _("accepted"), "refused": _("refused"), "confirmed": _("confirmed")
    }  # fmt: skip
