"""Another rulebook: values are changed on a form, linted, tried out on everybody, proposed, and signed by another."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matching.criteria import CRITERIA
from matching.outcomes import heading
from matching.rulebook import Rulebook
from matching.vocabulary import PostType, Text
from service.access import may, require
from service.context import current_actor, now, reading, unit_of_work
from service.errors import ServiceError
from service.queries.rulebooks import rulebook_in_force
from service.usecases import rulebook_changes, rulebook_effects
from service.usecases.rulebook_edits import differences, rules_by_id
from service.web.forms import asked_text
from service.web.listing import PAGE_SIZE, asked_listing
from service.web.rulebook_words import choices_of, is_listed, limit_words, unit_of

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
    actor = current_actor()
    changes: list[str] = []
    try:
        with reading() as session:
            rulebook = rulebook_in_force(session)
            changes = _changes(rulebook, _post())
            document = rulebook_changes.wished_document(session, actor=actor, changes=changes)
            proposed = rulebook_changes.read_proposed(session, actor=actor, document=document)
            effect = rulebook_effects.effect_of(session, actor=actor, rulebook=proposed, now=now())
            told = differences(rulebook.document, proposed.document)
        if request.form.get("act") != "propose":
            return _editor(effect=effect, differences=told, changes=changes)
        with unit_of_work() as session:
            made = rulebook_changes.propose_rulebook(
                session,
                actor=actor,
                rulebook=proposed,
                effect=effect,
                reason=asked_text(request.form, "reason", longest=_LONGEST),
                now=now(),
            )
            number = made.proposal_no
    except ServiceError as error:
        return _editor(error=error, changes=changes), error.status
    flash(_("Proposed as %(number)s; it is in force when somebody else signs.", number=number), "done")
    return redirect(url_for(".show", proposal_no=number), 303)


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
                rulebook_changes.sign_rulebook(session, **told)
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
            differences=_told(rulebook, told),
            effect=proposal.effect,
            may_decide=may(actor, "sign_rulebooks")
            and proposal.proposed_by != actor.username
            and proposal.state == "proposed",
            titles=_titles(rulebook),
            error=error,
        )


def _editor(
    *,
    effect: Mapping[str, Any] | None = None,
    differences: Any = (),
    changes: Any = (),
    error: ServiceError | None = None,
) -> str:
    post = _post()
    with reading() as session:
        rulebook = rulebook_in_force(session)
    written = rules_by_id(rulebook.document)
    rules = {rule.id: rule for rule in rulebook.rules_for(post)}
    others = {key for other in PostType if other != post for key in _own(rulebook, other)} - set(_own(rulebook, post))
    disabled = [key for key, rule in written.items() if not rule.get("enabled", True) and key not in others]
    return render_template(
        "rulebook/edit.html",
        rulebook=rulebook,
        post=post,
        posts=list(PostType),
        rules=[_row(written[key], heading(rules[key])) for key in rules]
        + [_row(written[key], _title(written[key])) for key in disabled],
        weights=_weights(rulebook, post),
        effect=effect,
        differences=_told(rulebook, differences),
        changes=changes,
        titles=_titles(rulebook),
        form=request.form,
        error=error,
    )


def _own(rulebook: Rulebook, post: PostType) -> list[str]:
    return [str(rule["id"]) for rule in rulebook.document["posts"][str(post)].get("rules", ())]


def _title(rule: Mapping[str, Any]) -> Text:
    """Return what a rule that is switched off would ask."""
    limit = rule.get("limit")
    return Text(rule["title"]["zh"], rule["title"]["en"]).filled(limit=limit_words(rule, limit) or _written(limit))


def _row(rule: Mapping[str, Any], title: Any) -> dict[str, Any]:
    limit = rule.get("limit")
    return {
        "id": rule["id"],
        "title": title,
        "limit": None if limit is None else _written(limit),
        "is_number": isinstance(limit, int | float) and not isinstance(limit, bool),
        "choices": choices_of(rule),
        "picked": [*map(str, limit or ())] if is_listed(rule) else None,
        "words": limit_words(rule, limit),
        "unit": unit_of(rule),
        "is_enabled": rule.get("enabled", True),
    }


def _weights(rulebook: Rulebook, post: PostType) -> list[dict[str, Any]]:
    listed = rulebook.document["posts"][str(post)]["criteria"].values()
    return [
        {"id": one["criterion"], "label": CRITERIA[one["criterion"]].label, "weight": one["weight"]} for one in listed
    ]


def _changes(rulebook: Rulebook, post: PostType) -> list[str]:
    """Return what the form asks for, one change a line, as the command line would write it."""
    form = request.form
    if without := form.get("without", ""):
        return [f"{without[:20]}.enabled = false"]
    asked = []
    for key, rule in rules_by_id(rulebook.document).items():
        limit = _picked(rule) if f"picks:{key}" in form else asked_text(form, f"limit:{key}", longest=200)
        if limit and "limit" in rule and limit != _written(rule["limit"]):
            asked.append(f"{key}.limit = {limit}")
        if f"known:{key}" in form and (f"on:{key}" in form) != rule.get("enabled", True):
            asked.append(f"{key}.enabled = {'true' if f'on:{key}' in form else 'false'}")
    for one in _weights(rulebook, post):
        weight = asked_text(form, f"weight:{one['id']}", longest=20)
        if weight and weight != _written(one["weight"]):
            asked.append(f"{post}.{one['id']} = {weight}")
    return asked + [line.strip() for line in form.get("more", "")[:_LONGEST].splitlines() if line.strip()]


def _picked(rule: Mapping[str, Any]) -> str:
    """Return the codes that were ticked, those of before in their order, as a rulebook writes them."""
    ticked = request.form.getlist(f"pick:{rule['id']}")
    kept = [code for code in rule["limit"] if code in ticked]
    return _written(kept + [code for code in ticked if code not in kept])


def _told(rulebook: Rulebook, changed: Any) -> list[tuple[str, Text | None, str, str]]:
    """Return each value that differs: its path, the title of its rule, and both values in words where there are any."""
    rules, titles = rules_by_id(rulebook.document), _titles(rulebook)
    shown = []
    for one in changed:
        key, _dot, part = one.path.partition(".")
        rule = rules.get(key) if part == "limit" else None
        before, after = (
            (limit_words(rule, value) if rule else "") or _written(value) for value in (one.before, one.after)
        )
        shown.append((one.path, titles.get(key), before, after))
    return shown


def _titles(rulebook: Rulebook) -> dict[str, Any]:
    return {rule.id: heading(rule) for post in PostType for rule in rulebook.rules_for(post)}


def _post() -> PostType:
    wanted = request.values.get("post", "")
    return PostType(wanted) if wanted in set(PostType) else PostType.FIRST_SECRETARY


def _written(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
