"""Code tables: from the words that offices write to one code each, and back to labels in both languages."""

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources

from matching.errors import MatchingError
from matching.vocabulary import Text

__all__ = ["CODE_TABLES", "CodeTable", "code_table"]

#: Every table that the product ships with.
CODE_TABLES = (
    "appointment_state",
    "appraisal",
    "candidacy_state",
    "coordinate_source",
    "degree",
    "education",
    "education_rank",
    "employer_type",
    "ethnicity",
    "five_understandings",
    "honours_level",
    "market_channels",
    "mass_work_experience",
    "negative_list",
    "party_building_experience",
    "personal_identity",
    "political_status",
    "post_type",
    "professional_title",
    "reason_code",
    "record_status",
    "resource",
    "return_intention",
    "review_decision",
    "rule_profile",
    "settlement_type",
    "shortlist_state",
    "sex",
    "stage_reached",
    "talent_source",
    "training_base_kind",
    "training_result",
    "vacancy_status",
    "village_kind",
    "village_need",
    "work_theme",
    "yes_no",
)

_SHORTEST_INSIDE = 2  # one character inside a longer word says too little


class CodeTable:
    """One list of codes with their labels and aliases.

    Parameters
    ----------
    name : str
    rows : iterable of mapping
        Columns ``code``, ``zh``, ``en``, ``aliases`` (joined with ``|``) and any others.

    Raises
    ------
    MatchingError
        If a code, a Chinese label or an alias stands for two codes.
    """

    def __init__(self, name: str, rows: Iterable[Mapping[str, str]]) -> None:
        self.name = name
        self._rows = {row["code"]: dict(row) for row in rows}
        self._labels = {code: Text(row["zh"], row["en"] or row["zh"]) for code, row in self._rows.items()}
        self._index: dict[str, str] = {}
        for code in self._rows:
            for word in (code, *self.words(code)):
                self._enter(word, code)
        for code, row in self._rows.items():
            self._index.setdefault(_normal(row["en"]), code)
        self._longest_first = sorted(
            (word for word in self._index if len(word) >= _SHORTEST_INSIDE), key=lambda word: (-len(word), word)
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes in the order of the table."""
        return tuple(self._rows)

    @property
    def labels(self) -> Mapping[str, Text]:
        """Labels by code."""
        return self._labels

    @property
    def known_words(self) -> tuple[str, ...]:
        """Every word that the table knows, in normal form."""
        return tuple(self._index)

    def find(self, word: str) -> str | None:
        """Return the code that a word stands for.

        Parameters
        ----------
        word : str
            A code, a label or an alias; full-width forms, case and blanks do not matter.

        Returns
        -------
        str or None
            None if the table does not know the word: it is never guessed.
        """
        found = self._index.get(word)
        return found if found is not None else self._index.get(_normal(word))

    def find_inside(self, text: str) -> tuple[str, ...]:
        """Return the codes whose labels or aliases occur in a text, longest words first, in the order of the table."""
        rest, found = _normal(text), set()
        for word in self._longest_first:
            if word in rest:
                found.add(self._index[word])
                rest = rest.replace(word, "\0")
        return tuple(code for code in self._rows if code in found)

    def label(self, code: str) -> Text:
        """Return the label of a code; a code that the table does not know is its own label."""
        return self._labels.get(code) or Text(code, code)

    def words(self, code: str) -> tuple[str, ...]:
        """Return the Chinese label and the aliases of a code."""
        row = self._rows[code]
        return row["zh"], *filter(None, row["aliases"].split("|"))

    def attribute(self, code: str, column: str) -> str | None:
        """Return a further column of a code, None if it is blank or the code is unknown."""
        return self._rows.get(code, {}).get(column) or None

    def _enter(self, word: str, code: str) -> None:
        if self._index.setdefault(_normal(word), code) != code:
            other = self._index[_normal(word)]
            raise MatchingError(
                Text(f"“{word}”同时指向代码 {other} 和 {code}。", f"'{word}' stands for both {other} and {code}."),
                place=f"{self.name}.csv",
            )


@lru_cache(maxsize=len(CODE_TABLES))
def code_table(name: str) -> CodeTable:
    """Return a code table that the product ships with.

    Raises
    ------
    MatchingError
        If there is no table of that name.
    """
    if name not in CODE_TABLES:
        raise MatchingError(Text(f"没有代码表“{name}”。", f"There is no code table '{name}'."), place=name)
    source = resources.files("seed_data").joinpath("codes", f"{name}.csv")
    return CodeTable(name, csv.DictReader(source.read_text(encoding="utf-8").splitlines()))


def _normal(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).split()).casefold()
