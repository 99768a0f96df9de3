"""What the form for changing rules asks for: one change a line, and what of it is one's own."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from matching.criteria import CRITERIA
from matching.vocabulary import PostType
from service.usecases.rules.rulebook_edits import rules_by_id
from service.web.forms import asked_text

__all__ = ["asked_changes", "asked_post", "carried_form", "own_form", "weights_of", "written"]

_LONGEST = 4_000


def asked_post(name: str = "post") -> PostType:
    """Return the post whose rules are shown, or are to be shown."""
    wanted = request.values.get(name, "")
    return PostType(wanted) if wanted in set(PostType) else PostType.FIRST_SECRETARY


def written(value: Any) -> str:
    """Return a value as a rulebook writes it."""
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def weights_of(document: Mapping[str, Any], post: PostType) -> list[dict[str, Any]]:
    """Return the weights of a post, each with its criterion and what that is called."""
    listed = document["posts"][str(post)]["criteria"].values()
    return [
        {"id": one["criterion"], "label": CRITERIA[one["criterion"]].label, "weight": one["weight"]} for one in listed
    ]


def asked_changes(document: Mapping[str, Any], post: PostType) -> list[str]:
    """Return what the form asks for, one change a line, as the command line would write it.

    Parameters
    ----------
    document : mapping
        Of the rulebook that the form was made from.
    post : PostType
    """
    form = request.form
    if without := form.get("without", ""):
        return [f"{without[:20]}.enabled = false"]
    asked = []
    for key, rule in rules_by_id(document).items():
        limit = _picked(rule) if f"picks:{key}" in form else asked_text(form, f"limit:{key}", longest=200)
        if limit and "limit" in rule and limit != written(rule["limit"]):
            asked.append(f"{key}.limit = {limit}")
        if f"known:{key}" in form and (f"on:{key}" in form) != rule.get("enabled", True):
            asked.append(f"{key}.enabled = {'true' if f'on:{key}' in form else 'false'}")
    for one in weights_of(document, post):
        weight = asked_text(form, f"weight:{one['id']}", longest=20)
        if weight and weight != written(one["weight"]):
            asked.append(f"{post}.{one['id']} = {weight}")
    return asked + [line.strip() for line in form.get("more", "")[:_LONGEST].splitlines() if line.strip()]


def own_form(document: Mapping[str, Any], post: PostType) -> MultiDict[str, str]:
    """Return the form without the fields that were left as they were shown.

    Parameters
    ----------
    document : mapping
        Of the rulebook that the form was made from.
    post : PostType
    """
    own: MultiDict[str, str] = MultiDict(request.form)
    for key, rule in rules_by_id(document).items():
        if f"picks:{key}" in own and _picked(rule) == written(rule.get("limit")):
            own.poplist(f"picks:{key}")
            own.poplist(f"pick:{key}")
        if own.get(f"limit:{key}", "").strip() == written(rule.get("limit")):
            own.poplist(f"limit:{key}")
        if f"known:{key}" in own and (f"on:{key}" in own) == rule.get("enabled", True):
            own.poplist(f"known:{key}")
            own.poplist(f"on:{key}")
    for one in weights_of(document, post):
        if own.get(f"weight:{one['id']}", "").strip() == written(one["weight"]):
            own.poplist(f"weight:{one['id']}")
    return own


def carried_form(changes: Sequence[str]) -> MultiDict[str, str]:
    """Return the form for another post, with what was changed so far line by line."""
    return MultiDict({"more": "\n".join(changes), "reason": request.form.get("reason", "")})


def _picked(rule: Mapping[str, Any]) -> str:
    """Return the codes that were ticked, those of before in their order, as a rulebook writes them."""
    ticked = request.form.getlist(f"pick:{rule['id']}")
    kept = [code for code in rule["limit"] if code in ticked]
    return written(kept + [code for code in ticked if code not in kept])
