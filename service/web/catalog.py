"""Translations: the committed .po is read at start, so that no build step can be forgotten."""

import io
import re
from functools import cache
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Babel, Domain
from markupsafe import Markup

from matching.vocabulary import Language
from service.context import current_language
from service.web.formatting import spaced

__all__ = ["LOCALES", "chinese", "register"]

# Python's gettext has no name for the script; the page's own lang attribute says zh-Hans-CN.
LOCALES = {Language.ZH: "zh", Language.EN: "en"}
_TIME_ZONE = "Asia/Shanghai"
_ENGLISH = NullTranslations()


@cache
def chinese() -> Translations:
    """Return the Chinese texts of the pages, with a thin space between Han characters and digits."""
    source = files("service.web").joinpath("translations", "zh", "LC_MESSAGES", "messages.po")
    with source.open("rb") as file:
        catalog = read_po(file, locale="zh")
    for message in catalog:
        if isinstance(message.string, str):
            message.string = _thin(message.string)
        else:
            message.string = tuple(_thin(text) for text in message.string or ())
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(fp=compiled)


def register(app: Flask) -> None:
    """Attach the translations to the application."""
    app.config["BABEL_DEFAULT_TIMEZONE"] = _TIME_ZONE
    _Pages(app, locale_selector=lambda: LOCALES[Language(current_language())])
    # Flask-Babel's own ask for its domain at each of a page's hundreds of texts.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # a method of Jinja's extension
        lambda text: _catalog().ugettext(text),
        lambda one, many, n: _catalog().ungettext(one, many, n),
        newstyle=True,
        pgettext=lambda context, text: _catalog().upgettext(context, text),
        npgettext=lambda context, one, many, n: _catalog().unpgettext(context, one, many, n),
    )
    app.jinja_env.globals["_"] = _text


def _text(message: str, /, **values: object) -> Markup:
    """Return a text of a page, its values escaped: as Jinja's own, which goes three calls further for each."""
    text = _catalog().ugettext(message)
    return Markup(text) % values if values or "%" in text else Markup(text)  # noqa: S704 - of the catalogue; the values are escaped


def _catalog() -> NullTranslations:
    return chinese() if current_language() == Language.ZH else _ENGLISH


class _Catalogs(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    def get_translations(self) -> NullTranslations:
        return _catalog()


class _Pages(Babel):  # type: ignore[misc]  # Flask-Babel ships no types
    domain_instance = _Catalogs()


def _thin(text: str) -> str:
    return spaced(re.sub(r"(?<=[一-鿿）”》]) (?=%\()|(?<=\)[sd]) (?=[一-鿿（“《])", "\u2009", text))
