"""What a page is sent is looked at before any page reads it: one place for every field of every form."""

from flask import Flask, abort, request

from service.sent_texts import check_text, is_writable
from service.web.security import API

__all__ = ["register"]

_NOT_FOUND = 404


def register(app: Flask) -> None:
    """Refuse texts that cannot be stored; after the check of forms, so that a stranger's form is not read further."""
    app.before_request(_check_sent)


def _check_sent() -> None:
    if not request.endpoint or request.path.startswith(API):
        return  # the API looks at what it is sent itself
    if not all(is_writable(str(value)) for value in (request.view_args or {}).values()):
        abort(_NOT_FOUND)
    for sent in (request.args, request.form):
        for name, value in sent.items(multi=True):
            check_text(name, place="query" if sent is request.args else "form", longest=None)
            check_text(value, place=name, longest=None)
    for name, file in request.files.items(multi=True):
        check_text(file.filename or "", place=name, longest=None)
