"""JSON under /api/v1, one file a resource; it knows HTTP, the use cases know the work."""

from typing import Any

from flask import Flask

from service.api import (
    account_changes,
    accounts,
    appointments,
    audit,
    candidacies,
    checks,
    codes,
    duplicates,
    erasures,
    explanations,
    exports,
    histories,
    imports,
    me,
    models,
    moves,
    negative_list,
    people,
    privacy,
    rankings,
    reference,
    replay,
    replies,
    reports,
    rulebook,
    rulebook_proposals,
    runs,
    shortlists,
    sign_ins,
    templates,
    tokens,
    unknown_addresses,
    vacancies,
    villages,
    waivers,
    work_lists,
)
from service.api.blueprint import VacancyNumber
from service.api.document import TalentPoolApi, completed

__all__ = ["register"]

_RESOURCES = (
    people.resource,
    duplicates.people_resource,
    duplicates.duplicates_resource,
    duplicates.merges_resource,
    villages.resource,
    vacancies.resource,
    shortlists.requests,
    shortlists.resource,
    moves.shortlist_moves,
    moves.people_moves,
    moves.vacancy_moves,
    candidacies.of_shortlists,
    candidacies.resource,
    replies.resource,
    appointments.resource,
    reports.resource,
    replay.resource,
    explanations.resource,
    checks.resource,
    waivers.proposals,
    waivers.resource,
    rankings.resource,
    runs.resource,
    rulebook.rulebook,
    rulebook.cards,
    rulebook_proposals.resource,
    models.resource,
    histories.resource,
    imports.resource,
    codes.resource,
    exports.resource,
    templates.resource,
    work_lists.resource,
    accounts.resource,
    audit.resource,
    me.resource,
    sign_ins.doors,
    sign_ins.resource,
    tokens.resource,
    account_changes.resource,
    account_changes.changes,
    privacy.resource,
    erasures.resource,
    negative_list.resource,
)


def register(app: Flask) -> None:
    """Attach the API, its document and its page to the application."""
    app.url_map.converters["vacancy"] = VacancyNumber
    api = TalentPoolApi(app)
    for resource in _RESOURCES:
        api.register_blueprint(resource)
    document: dict[str, Any] = completed(api.spec.to_dict())
    for tag, resource in zip(document["tags"], _RESOURCES, strict=True):
        tag["x-title-zh"] = resource.title.zh
    reference.register(app, document)
    unknown_addresses.register(app)
