"""Files that a page hands out."""

from urllib.parse import quote

from flask import Response

from service.usecases.outgoing.exporting import ExportedFile

__all__ = ["download_of", "file_answer"]


def download_of(made: ExportedFile) -> Response:
    """Return an exported file for somebody to keep, under its number for programs that know ASCII only."""
    plain = f"{made.export_no}.{made.name.rpartition('.')[2]}"
    return file_answer(made.content, media_type=made.media_type, name=made.name, plain=plain)


def file_answer(content: bytes, *, media_type: str, name: str, plain: str) -> Response:
    """Return a file under a name in any script (RFC 5987), with one in ASCII beside it."""
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return answer
