"""A learned model for the tests of the API."""

import pytest
from builders_models import a_model

from service.usecases.cards.model_files import import_model, model_text


@pytest.fixture
def registered_model(database, actor, now):
    """Take a model in and return its version."""
    with database.unit_of_work() as session:
        return import_model(session, actor=actor, content=model_text(a_model()).encode(), now=now).version
