"""What was written and not sent, shown again to its account: every form without a draft of its own."""

from flask import Blueprint, Flask, Response, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from matching.vocabulary import Text
from service.context import current_actor, current_visit, now, reading, unit_of_work
from service.errors import NotFound
from service.usecases.unsent_forms import FORM_KEPT_FOR, drop_form, get_form
from service.web.language import own_address
from service.web.shown_fields import shown_fields
from service.web.unsent import AGAIN

__all__ = ["blueprint", "register"]

blueprint = Blueprint("unsent_pages", __name__)

_REFUSED = 400


def register(app: Flask) -> None:
    """Forget what was kept as soon as it has been taken."""
    app.after_request(_forget_taken)


@blueprint.get("/unsent/<key>")
def show(key: str) -> str:
    """Show what was written, with one button that sends it again."""
    with reading() as db:
        form = get_form(db, actor=current_actor(), key=key, now=now())
    if form is None:
        raise NotFound(
            Text("没有为当前账号保留这份内容。", "Nothing is kept here for this account."),
            remedy=Text(
                "内容只对填写的账号显示，并只保留数日；如用另一账号填写，请用该账号登录。",
                "It is shown only to the account that wrote it, and kept for a few days; sign in with that account.",
            ),
        )
    joined = "&" if "?" in form.address else "?"
    return render_template(
        "unsent.html",
        fields=shown_fields(form.fields),
        action=f"{form.address}{joined}{AGAIN}={key}",
        page=own_address(form.page) if form.page else "",
        has_files=form.has_files,
        n_days=FORM_KEPT_FOR.days,
        key=key,
    )


@blueprint.post("/unsent/<key>/discard")
def discard(key: str) -> Answer:
    """Forget what was written."""
    with unit_of_work() as db:
        drop_form(db, actor=current_actor(), key=key)
    flash(_("What was kept has been discarded."), "done")
    return redirect(url_for("overview.show"), 303)


def _forget_taken(response: Response) -> Response:
    key = request.args.get(AGAIN)
    if not key or request.method != "POST" or response.status_code >= _REFUSED:
        return response
    visit = current_visit()
    told = [kind for kind, _message in session.get("_flashes", ())]
    if visit is None or g.get("actor") is None or "bad" in told or "notice" in told:
        return response  # kept anew, or refused in the flash of the page that follows
    with unit_of_work() as db:
        drop_form(db, actor=current_actor(), key=key)
    return response
