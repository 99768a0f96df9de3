"""Another rulebook: values are changed on a form, linted, tried out on everybody, proposed, and signed by another."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from matching.outcomes import heading
from matching.rulebook import Rulebook
from matching.vocabulary import PostType, Text
from service.access import may, require
from service.context import current_actor, now, reading, unit_of_work
from service.errors import Conflict, ServiceError, VersionConflict
from service.queries.rulebooks import rulebook_in_force
from service.usecases.rules import rulebook_bases, rulebook_changes, rulebook_effects
from service.usecases.rules.rulebook_edits import Difference, differences, rules_by_id
from service.web.formatting import in_language, yes_no
from service.web.forms import asked_text
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.rulebook_forms import asked_changes, asked_post, carried_form, own_form, weights_of, written
from service.web.rulebook_words import choices_of, is_listed, limit_words, place_words, unit_of
from service.web.versions import Deed, FieldVersions, both_versions

__all__ = ["blueprint"]

blueprint = Blueprint("rulebook_changes", __name__, url_prefix="/rulebook")

_LONGEST = 4_000


@blueprint.get("/edit")
def edit() -> str:
    """Show the values of one post that may be changed."""
    require(current_actor(), "propose_rulebooks")
    return _editor()


@blueprint.post("/edit")
def attempt() -> Response | str | tuple[str, int]:
    """Try changes out, or propose them."""
    actor, post = current_actor(), asked_post()
    changes: list[str] = []
    own: MultiDict[str, str] = MultiDict(request.form)
    try:
        with reading() as session:
            rulebook, base = rulebook_in_force(session), asked_text(request.form, "base", longest=80)
            shown = rulebook_bases.base_document(session, actor=actor, version=base) if base else rulebook.document
            changes, own = asked_changes(shown, post), own_form(shown, post)
            if "turn" in request.form:  # what was changed goes along to the page of the other post
                return _editor(post=asked_post("turn"), form=carried_form(changes))
            if base:
                rulebook_bases.refuse_overtaken_base(session, actor=actor, version=base)
            document = rulebook_changes.wished_document(session, actor=actor, changes=changes)
            proposed = rulebook_changes.read_proposed(session, actor=actor, document=document)
            effect = rulebook_effects.effect_of(session, actor=actor, rulebook=proposed, now=now())
            told = differences(rulebook.document, proposed.document)
        if request.form.get("act") != "propose":
            return _editor(effect=effect, differences=told, form=own)
        reason = asked_text(request.form, "reason", longest=_LONGEST)
        number = _proposed(proposed, effect, reason)
    except ServiceError as error:
        return _editor(error=error, form=own, changes=changes), error.status
    flash(_("Proposed as %(number)s; it is in force when somebody else signs.", number=number), "done")
    return redirect(url_for(".show", proposal_no=number), 303)


def _proposed(rulebook: Rulebook, effect: Mapping[str, Any], reason: str) -> str:
    with unit_of_work() as session:
        made = rulebook_changes.propose_rulebook(
            session, actor=current_actor(), rulebook=rulebook, effect=effect, reason=reason, now=now()
        )
        return made.proposal_no


@blueprint.get("/proposals")
def index() -> str:
    """Show what was proposed."""
    listing = asked_listing(filters=(), sorts=(), default_sort="")
    with reading() as session:
        page = rulebook_changes.list_proposals(session, actor=current_actor(), page=listing.page, page_size=PAGE_SIZE)
        return render_template("rulebook/proposals.html", listing=listing, page=page)


@blueprint.get("/proposals/<proposal_no>")
def show(proposal_no: str) -> str:
    """Show a proposal: every value that differs, and its effect."""
    return _proposal(proposal_no)


@blueprint.post("/proposals/<proposal_no>")
def decide(proposal_no: str) -> Response | tuple[str, int]:
    """Sign or reject what somebody else proposed."""
    is_signed = request.form.get("decision") == "sign"
    told: dict[str, Any] = {"actor": current_actor(), "proposal_no": proposal_no, "now": now()}
    try:
        with unit_of_work() as session:
            if is_signed:
                name = asked_text(request.form, "signed_name", longest=60)
                rulebook_changes.sign_rulebook(session, signed_name=name, **told)
            else:
                reason = asked_text(request.form, "reason", longest=_LONGEST)
                rulebook_changes.reject_rulebook(session, reason=reason, **told)
    except ServiceError as error:
        return _proposal(proposal_no, error), error.status
    flash(_("Signed: this rulebook is in force from now on.") if is_signed else _("Rejected."), "done")
    return redirect(url_for(".show", proposal_no=proposal_no), 303)


def _proposal(proposal_no: str, error: ServiceError | None = None) -> str:
    actor = current_actor()
    with reading() as session:
        proposal = rulebook_changes.get_proposal(session, actor=actor, proposal_no=proposal_no)
        told = rulebook_changes.changes_of(session, actor=actor, proposal_no=proposal_no)
        rulebook = rulebook_in_force(session)
        return render_template(
            "rulebook/proposal.html",
            proposal=proposal,
            differences=_in_words(rulebook, told),
            effect=proposal.effect,
            may_decide=may(actor, "sign_rulebooks")
            and proposal.proposed_by != actor.username
            and proposal.state == "proposed",
            titles=_titles(rulebook),
            written=request.form if error else {},
            error=error,
            versions=_decided_meanwhile(proposal, error),
        )


def _decided_meanwhile(proposal: Any, error: ServiceError | None) -> list[FieldVersions]:
    """Return what somebody else decided on a proposal beside what was written about it."""
    if not isinstance(error, Conflict) or proposal.decided_by is None:
        return []
    state = _("signed") if proposal.state == "signed" else _("rejected")
    told = {"decision": state, "reason": proposal.decision_reason or ""}
    by, at = proposal.decided_by, proposal.decided_at
    deeds = [Deed(field=name, after=words, username=by, at=at) for name, words in told.items() if words]
    yours = {"sign": _("Sign"), "reject": _("Reject")}
    return both_versions(deeds, request.form, words={"decision": lambda code: yours.get(code, code)})


def _editor(
    *,
    post: PostType | None = None,
    effect: Mapping[str, Any] | None = None,
    differences: Any = (),
    changes: Sequence[str] = (),
    form: MultiDict[str, str] | None = None,
    error: ServiceError | None = None,
) -> str:
    post = post or asked_post()
    with reading() as session:
        rulebook = rulebook_in_force(session)
    by_id = rules_by_id(rulebook.document)
    rules = {rule.id: rule for rule in rulebook.rules_for(post)}
    others = {key for other in PostType if other != post for key in _own(rulebook, other)} - set(_own(rulebook, post))
    disabled = [key for key, rule in by_id.items() if not rule.get("enabled", True) and key not in others]
    return render_template(
        "rulebook/edit.html",
        rulebook=rulebook,
        post=post,
        posts=list(PostType),
        rules=[_row(by_id[key], heading(rules[key])) for key in rules]
        + [_row(by_id[key], _title(by_id[key])) for key in disabled],
        weights=weights_of(rulebook.document, post),
        effect=effect,
        differences=_in_words(rulebook, differences),
        titles=_titles(rulebook),
        form=request.form if form is None else form,
        error=error,
        versions=_versions(rulebook, error, changes),
    )


def _versions(rulebook: Rulebook, error: ServiceError | None, changes: Sequence[str]) -> list[FieldVersions]:
    """Return what others put in force meanwhile beside what was to be changed, value by value."""
    if not isinstance(error, VersionConflict):
        return []
    deeds = list[Deed]()
    for change in error.changes:
        values = [Difference(path, before, after) for path, (before, after) in change.fields.items()]
        for path, _title, before, after in _told(rulebook, values):
            deeds.append(Deed(field=path, before=before, after=after, username=change.username, at=change.at))
    asked = [line.partition(" = ")[::2] for line in changes]
    mine: MultiDict[str, str] = MultiDict([(path.strip(), value.strip()) for path, value in asked])
    called, paths = _titles(rulebook), {*mine, *(deed.field for deed in deeds)}
    heads = {path: called.get(path.partition(".")[0]) for path in paths}
    places = {path: place_words(rulebook.document, path) for path in paths}
    titles = {path: f"{in_language(head)} ({places[path]})" if head else places[path] for path, head in heads.items()}
    mine["reason"] = request.form.get("reason", "")
    return both_versions(deeds, mine, titles=titles)


def _own(rulebook: Rulebook, post: PostType) -> list[str]:
    return [str(rule["id"]) for rule in rulebook.document["posts"][str(post)].get("rules", ())]


def _title(rule: Mapping[str, Any]) -> Text:
    """Return what a rule that is switched off would ask."""
    limit = rule.get("limit")
    return Text(rule["title"]["zh"], rule["title"]["en"]).filled(limit=limit_words(rule, limit) or written(limit))


def _row(rule: Mapping[str, Any], title: Any) -> dict[str, Any]:
    limit = rule.get("limit")
    return {
        "id": rule["id"],
        "title": title,
        "limit": None if limit is None else written(limit),
        "is_number": isinstance(limit, int | float) and not isinstance(limit, bool),
        "choices": choices_of(rule),
        "picked": [*map(str, limit or ())] if is_listed(rule) else None,
        "words": limit_words(rule, limit),
        "unit": unit_of(rule),
        "is_enabled": rule.get("enabled", True),
    }


def _in_words(rulebook: Rulebook, changed: Any) -> list[tuple[str, Text | None, str, str]]:
    """Return each value that differs: where it stands, the title of its rule, and both values, in words."""
    told = _told(rulebook, changed)
    return [(place_words(rulebook.document, path), title, before, after) for path, title, before, after in told]


def _told(rulebook: Rulebook, changed: Any) -> list[tuple[str, Text | None, str, str]]:
    """Return each value that differs: its path, the title of its rule, and both values in words where there are any."""
    rules, titles = rules_by_id(rulebook.document), _titles(rulebook)
    shown = []
    for one in changed:
        key, _dot, part = one.path.partition(".")
        rule = rules.get(key) if part == "limit" else None
        before, after = (_value_words(rule, value) for value in (one.before, one.after))
        shown.append((one.path, titles.get(key), before, after))
    return shown


def _value_words(rule: Mapping[str, Any] | None, value: Any) -> str:
    if isinstance(value, bool):
        return str(yes_no(value))
    return (limit_words(rule, value) if rule else "") or (value if isinstance(value, str) else written(value))


def _titles(rulebook: Rulebook) -> dict[str, Any]:
    return {rule.id: heading(rule) for post in PostType for rule in rulebook.rules_for(post)}
