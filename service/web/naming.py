"""Refusals on pages: people by the names that their reader knows them by, each sentence once."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matching.vocabulary import Text
from service.errors import InvalidInput, ServiceError

__all__ = ["Refusal", "named", "refusal_of"]

_CANDIDACY = re.compile(r"C\d{4}-\d{6}")


class Refusal(NamedTuple):
    """What a summary of a refusal says: the problem, which field it is about, and what else is to be put right."""

    problem: Text
    remedy: Text | None
    field: str
    others: Sequence[tuple[str, Text]]


def named(text: Text, names: Mapping[str, str]) -> Text:
    """Return a text with names instead of numbers of candidacies; a number that has no name stays."""

    def of_one(found: re.Match[str]) -> str:
        return str(names.get(found[0], found[0]))

    return Text(_CANDIDACY.sub(of_one, text.zh), _CANDIDACY.sub(of_one, text.en))


def refusal_of(error: ServiceError, names: Mapping[str, str]) -> Refusal:
    """Return what the summary says of a refusal.

    Parameters
    ----------
    error : ServiceError
    names : mapping of str to str
        Of people, by the number of their candidacy, as the reader may know them.
    """
    fields = error.fields if isinstance(error, InvalidInput) else {}
    # one sentence for two fields is told once, at the later one
    told = {message: name.rpartition(".")[2] for name, texts in fields.items() for message in texts}
    return Refusal(
        problem=named(error.problem, names),
        remedy=None if error.remedy is None else named(error.remedy, names),
        field=told.pop(error.problem, ""),
        others=[(name, named(message, names)) for message, name in told.items()],
    )
