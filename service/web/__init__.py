"""Pages: server-rendered, in Chinese and English, over the same use cases as the API and the command line."""

from flask import Blueprint, Flask
from jinja2 import StrictUndefined

from service.web import (
    account,
    audit,
    catalog,
    comparisons,
    duplicates,
    errors,
    help_page,
    import_steps,
    imports,
    jobs,
    language,
    models,
    overview,
    people,
    people_batches,
    reviews,
    rounds,
    rulebook,
    security,
    sessions,
    sheets,
    shortlists,
    sign_in_steps,
    single_sign_on,
    trials,
    vacancies,
)
from service.web.assets import asset
from service.web.formatting import FILTERS
from service.web.import_views import FILTERS as IMPORTS
from service.web.people_lists import batch_fields
from service.web.pictures import FILTERS as PICTURES
from service.web.reader import shown_to_reader
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
    vacancies,
    shortlists,
    reviews,
    comparisons,
    trials,
    rounds,
    sheets,
    rulebook,
    models,
    imports,
    import_steps,
    duplicates,
    jobs,
    audit,
    help_page,
)


def register(app: Flask) -> None:
    """Attach the pages, their translations, headers and error pages to the application."""
    app.register_blueprint(
        Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(FILTERS | PICTURES | VERDICTS | IMPORTS)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["batch_fields"] = batch_fields
    app.context_processor(shown_to_reader)
    catalog.register(app)
    security.register(app)
    errors.register(app)
    for subject in _SUBJECTS:
        app.register_blueprint(subject.blueprint)
