"""Forms of records, made from their schemas: what a field is called, how it is filled in, what was typed into it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError

from matching.vocabulary import Language, Text
from matching.vocabulary.codes import code_table
from schemas.base import RecordSchema
from schemas.codes import Appraisals, Code, CodeNumber, Codes, EnumCode, Rank, YesNo
from schemas.dates import BirthDate, Day
from schemas.fields import PlainText
from schemas.numbers import Months, Number
from schemas.problems import problems_by_path
from service.context import current_language
from service.errors import InvalidInput
from service.files.columns import column_table
from service.web.formatting import in_language, label

__all__ = ["Form", "FormField", "form_fields", "typed_in", "words_of", "written_value"]

Typed = dict[str, Any]  # str, or list of str for several choices

_LONG = 600  # characters from which on a text gets lines
_MANY_CHOICES = 40
_MONTHS = Text("{n}个月", "{n} months")  # a bare number could be years
_APPRAISAL = Text("{year}年{result}", "{year} {result}")
_BETWEEN = Text("；", "; ")
_APPRAISALS = Text("2024年优秀；2025年称职", "2024 excellent; 2025 competent")


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field of a form.

    Parameters
    ----------
    name : str
        Of the record.
    title : str
    kind : {"text", "lines", "choice", "choices", "day", "number"}
    options : list of (str, str)
    is_required : bool
    hint : str
    """

    name: str
    title: str
    kind: str
    options: list[tuple[str, str]] = field(default_factory=list)
    is_required: bool = False
    hint: str = ""


@dataclass(kw_only=True)
class Form:
    """What was typed into a form, and what is wrong with it.

    Parameters
    ----------
    typed : dict
        By field, as it was typed.
    problems : dict of str to list of Text
        By field.
    """

    typed: Typed
    problems: dict[str, list[Text]] = field(default_factory=dict)

    def load(self, schema: RecordSchema, names: Iterable[str]) -> dict[str, Any]:
        """Return the record that was typed; `problems` tells what could not be read.

        Fields that were left empty are None in a correction and absent in something new.
        """
        given = {name: self.typed.get(name) for name in names}
        sent = {
            name: value if value not in ("", [], None) else None
            for name, value in given.items()
            if schema.partial or value not in ("", [], None)
        }
        try:
            loaded: dict[str, Any] = schema.load(sent)
        except ValidationError as error:
            for path, problems in problems_by_path(error.messages).items():
                name = path.partition("[")[0]
                self.problems.setdefault(name, []).extend(problem.sentence() for problem in problems)
            return {}
        return loaded

    def refuse(self, error: InvalidInput) -> None:
        """Take over what a use case refused."""
        self.problems.update(error.fields or {error.place: [error.problem]})

    def messages(self, fields: Mapping[str, FormField], prefix: str = "f-") -> list[tuple[str, str]]:
        """Return the lines of the error summary in the order of the form: where on the page, and what to do."""
        colon = ": " if current_language() == Language.EN else "\uff1a"
        order = [name for name in fields if name in self.problems]
        order += [name for name in self.problems if name not in fields]
        return [
            (
                f"{prefix}{name}",
                f"{fields[name].title}{colon}{in_language(text)}" if name in fields else in_language(text),
            )
            for name in order
            for text in self.problems[name]
        ]


def form_fields(schema: RecordSchema, subject: str, names: Sequence[str]) -> dict[str, FormField]:
    """Describe fields of a record as the forms of the office call them.

    Parameters
    ----------
    schema : RecordSchema
    subject : str
        Kind of table whose headers name the fields.
    names : sequence of str
    """
    titles = column_table(subject).labels
    return {name: _described(schema, name, titles.get(name)) for name in names}


def typed_in(form: Any, names: Iterable[str], fields: Mapping[str, FormField]) -> Typed:
    """Return what a browser sent, by field; several choices as a list."""
    return {
        name: form.getlist(name) if name in fields and fields[name].kind == "choices" else form.get(name, "").strip()
        for name in names
    }


def written_value(name: str, value: Any, schema: RecordSchema, *, is_month: bool = False) -> Any:
    """Return a value of a record as somebody would type it."""
    described = schema.load_fields[name]
    if value is None:
        return [] if isinstance(described, Codes) else ""
    if isinstance(described, Codes):
        return [str(one) for one in value]
    if isinstance(described, Rank):
        return _code_of_rank(described, int(value))
    if isinstance(described, Months):
        return _plainly(_MONTHS.filled(n=str(value)))
    if isinstance(described, Appraisals):
        return _years(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    if isinstance(value, date):
        return f"{value:%Y-%m}" if is_month else f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(getattr(value, "value", value))


def words_of(one: FormField, value: Any) -> str:
    """Return what was typed, or what is kept, as it is read: labels in place of codes."""
    if value is None or value in ("", []):
        return ""
    if one.name == "appraisals" and not isinstance(value, str):
        return _years(value)
    names = dict(one.options)
    several = value if isinstance(value, list | tuple) else [value]
    plain = ["true" if part is True else "false" if part is False else str(part) for part in several]
    return str(_(", ").join(names.get(part, part) for part in plain))


def _plainly(wording: Text) -> str:
    """Return a wording as it is typed: without the thin spaces of what is read."""
    return wording.in_(current_language())


def _years(appraisals: Iterable[str]) -> str:
    """Return appraisals as they are typed: each year with its result in words."""
    parted = (one.partition(":") for one in appraisals)
    written = (_APPRAISAL.filled(year=year, result=_result(code)) for year, _sep, code in parted)
    return _plainly(_BETWEEN).join(map(_plainly, written))


def _result(code: str) -> Text:
    return code_table("appraisal").label(code)


def _described(schema: RecordSchema, name: str, title: Text | None) -> FormField:
    described = schema.load_fields[name]
    kind, options, hint = _kind(described)
    named = in_language(title) if title else name
    return FormField(
        name=name,
        title=named[:1].upper() + named[1:],
        kind=kind,
        options=options,
        is_required=described.required,
        hint=hint,
    )


def _kind(described: Any) -> tuple[str, list[tuple[str, str]], str]:
    """Return how a field is filled in, its choices, and how an answer looks."""
    choices = _choices(described)
    if choices is not None:
        return ("choices" if isinstance(described, Codes) else "choice"), choices, ""
    if isinstance(described, Day):
        return "day", [], "1985-10" if isinstance(described, BirthDate) else "1985-10-05"
    if isinstance(described, Months):
        return "text", [], _plainly(_MONTHS.filled(n="24"))
    if isinstance(described, Number):
        return "number", [], ""
    is_long = isinstance(described, PlainText) and (described.multiline or described.longest > _LONG)
    return ("lines" if is_long else "text"), [], _plainly(_APPRAISALS) if isinstance(described, Appraisals) else ""


def _choices(described: Any) -> list[tuple[str, str]] | None:
    """Return the choices of a field; None if it is written."""
    if isinstance(described, YesNo):
        return [("true", _("Yes")), ("false", _("No"))]
    if isinstance(described, Rank):
        codes = [_code_of_rank(described, rank) for rank in sorted(described.ranks)]
        return _options(described.table.name, codes)
    if isinstance(described, EnumCode):
        return _options(described.table.name, [str(member.value) for member in described.kind])
    is_long = isinstance(described, Code | CodeNumber) and len(described.table.codes) > _MANY_CHOICES
    if isinstance(described, Code | Codes | CodeNumber) and not is_long:
        return _options(described.table.name, described.table.codes)
    return None


def _options(table: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(code), str(label(code, table))) for code in codes]


def _code_of_rank(described: Rank, rank: int) -> str:
    """Return the first word of the table for a rank: a form sends words, never bare ranks."""
    table = described.table
    return next(code for code in table.codes if table.attribute(code, "rank") == str(rank))
