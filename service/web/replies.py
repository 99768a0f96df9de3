"""What a sending unit, a village or a person is asked, and the form of their reply."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matching.vocabulary import Text
from matching.vocabulary.replies import REPLY_LABELS, ReplyKind
from service.access.actors import ROLE_LABELS, Role
from service.context import current_actor, current_language, now, reading, unit_of_work
from service.errors import InvalidInput, ServiceError, VersionConflict
from service.usecases.days import day_of
from service.usecases.workflow import questions, replies
from service.web.formatting import day, number
from service.web.forms import asked_day_if_any, asked_number, asked_text, asked_version
from service.web.versions import Deed, FieldVersions, both_versions

__all__ = ["blueprint", "party_name", "reply_name"]

blueprint = Blueprint("replies", __name__)

_LONGEST = 2_000


@blueprint.get("/replies")
def show() -> str:
    """Show whom the account is asked about, each with a form."""
    return _page()


@blueprint.post("/replies/<candidacy_no>")
def give(candidacy_no: str) -> Response | tuple[str, int]:
    """Say what the account thinks of one of them."""
    form = request.form
    try:
        kind = _kind(asked_text(form, "reply", longest=20))
        has_vote = any(form.get(name, "").strip() for name in replies.VOTES)
        with unit_of_work() as session:
            replies.give_reply(
                session,
                actor=current_actor(),
                candidacy_no=candidacy_no,
                reply=kind,
                signed_name=asked_text(form, "signed_name", longest=60),
                document=asked_text(form, "document", longest=120) or None,
                reason=asked_text(form, "reason", longest=_LONGEST) or None,
                replied_on=asked_day_if_any(form, "replied_on"),
                votes={name: asked_number(form, name) for name in replies.VOTES} if has_vote else None,
                version=asked_version(form),
                now=now(),
            )
    except (InvalidInput, VersionConflict) as error:
        return _page(error, candidacy_no=candidacy_no), error.status
    flash(_("Your reply is recorded; the office sees it."), "done")
    return redirect(url_for(".show"), 303)


def party_name(party: str) -> str:
    """Return what a party is called in the reader's language."""
    return ROLE_LABELS[Role(party)].in_(current_language())


def reply_name(reply: ReplyKind) -> str:
    """Return what a reply is called in the reader's language."""
    return REPLY_LABELS[reply].in_(current_language())


def _kind(written: str) -> ReplyKind:
    if written not in set(ReplyKind):
        problem = Text("请选择答复。", "Choose what you reply.")
        raise InvalidInput(problem, place="reply", fields={"reply": [problem]})
    return ReplyKind(written)


def _page(error: ServiceError | None = None, *, candidacy_no: str = "") -> str:
    with reading() as session:
        found = questions.list_questions(session, actor=current_actor())
        return render_template(
            "replies.html",
            questions=found,
            n_open=sum(one.reply is None for one in found),
            reply_name=reply_name,
            written=request.form if error else {},
            wrong_no=candidacy_no,
            error=error,
            versions=_versions(error, found, candidacy_no),
            today=day_of(now()),
        )


def _versions(
    error: ServiceError | None, found: Sequence[questions.Question], candidacy_no: str
) -> list[FieldVersions]:
    """Return what the party itself said meanwhile beside what was written; what the office did is not its business."""
    if not isinstance(error, VersionConflict):
        return []
    said: Any = next((one.reply for one in found if one.candidacy_no == candidacy_no), None)
    is_later = said is not None and said.version > asked_version(request.form)
    told = _told(said).items() if is_later else ()
    deeds = [Deed(field=name, after=words, username=said.username, at=said.at) for name, words in told if words]
    return both_versions(deeds, request.form, words={"reply": lambda code: reply_name(ReplyKind(code))})


def _told(said: Any) -> dict[str, str]:
    votes = {name: str(number(getattr(said, name))) for name in replies.VOTES if getattr(said, name) is not None}
    return {
        "reply": reply_name(said.reply),
        "signed_name": said.signed_name or "",
        "document": said.document or "",
        "replied_on": str(day(said.replied_on)),
        **votes,
        "reason": said.reason or "",
    }
