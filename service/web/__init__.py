"""Pages: server-rendered, in Chinese and English, over the same use cases as the API and the command line."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Flask
from jinja2 import StrictUndefined, pass_context

from service.web import (
    account,
    accounts,
    appointments,
    audit,
    blinds,
    catalog,
    checks,
    comparisons,
    duplicates,
    errors,
    help_page,
    import_steps,
    imports,
    jobs,
    language,
    list_files,
    models,
    negative_list,
    notices,
    overrides,
    overview,
    people,
    people_batches,
    person_acts,
    person_fields,
    person_keeping,
    registration,
    replays,
    replies,
    retention,
    reviews,
    rounds,
    rulebook,
    rulebook_changes,
    security,
    sent_texts,
    sessions,
    sheets,
    shortlists,
    sign_in_steps,
    single_sign_on,
    trials,
    unsent_pages,
    vacancies,
    vacancy_forms,
    waivers,
)
from service.web.assets import asset
from service.web.browsers import browser_words
from service.web.field_titles import known_title
from service.web.formatting import FILTERS
from service.web.import_views import FILTERS as IMPORTS
from service.web.keys import keys_of
from service.web.moves import fields_of_step
from service.web.options import coded_options
from service.web.overview_figures import GLOBALS as OVERVIEW
from service.web.people_batch_terms import batch_fields, batch_moves
from service.web.person_sections import GLOBALS as RECORDS
from service.web.pictures import FILTERS as PICTURES
from service.web.reader import shown_to_reader
from service.web.scope_names import GLOBALS as SCOPES
from service.web.verdicts import FILTERS as VERDICTS

__all__ = ["register"]

_SUBJECTS = (
    sessions,
    sign_in_steps,
    single_sign_on,
    account,
    language,
    overview,
    people,
    people_batches,
    person_acts,
    person_fields,
    person_keeping,
    registration,
    vacancies,
    vacancy_forms,
    shortlists,
    reviews,
    replies,
    blinds,
    list_files,
    replays,
    notices,
    appointments,
    comparisons,
    trials,
    rounds,
    sheets,
    unsent_pages,
    rulebook,
    models,
    imports,
    import_steps,
    duplicates,
    jobs,
    audit,
    accounts,
    checks,
    waivers,
    overrides,
    negative_list,
    retention,
    rulebook_changes,
    help_page,
)


def register(app: Flask) -> None:
    """Attach the pages, their translations, headers and error pages to the application."""
    app.register_blueprint(
        Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    filters: dict[str, Any] = {**FILTERS, **PICTURES, **VERDICTS, **IMPORTS, "browser": browser_words}
    app.jinja_env.filters.update({name: _asked_each_time(function) for name, function in filters.items()})
    app.jinja_env.globals.update({"asset": asset, "keys_of": keys_of})
    app.jinja_env.globals.update({"coded_options": coded_options, "fields_of_step": fields_of_step})
    app.jinja_env.globals.update({"batch_fields": batch_fields, "batch_moves": batch_moves, **RECORDS, **OVERVIEW})
    app.jinja_env.globals.update({"field_name": known_title, **SCOPES})
    app.context_processor(shown_to_reader)
    catalog.register(app)
    security.register(app)
    sent_texts.register(app)
    errors.register(app)
    unsent_pages.register(app)
    for subject in _SUBJECTS:
        app.register_blueprint(subject.blueprint)


def _asked_each_time(function: Callable[..., Any]) -> Callable[..., Any]:
    """Keep a filter from being worked out once, when its template is read, in the language of whoever came first."""

    @pass_context
    @wraps(function)
    def asked(_context: object, *values: Any, **options: Any) -> Any:
        return function(*values, **options)

    return asked
