"""Files as answers."""

from urllib.parse import quote

from flask import Response

__all__ = ["file_response"]


def file_response(content: bytes, *, media_type: str, name: str, plain: str, status: int = 200) -> Response:
    """Return a file for somebody to keep.

    Parameters
    ----------
    content : bytes
    media_type : str
    name : str
        As people call it, in any script (RFC 5987).
    plain : str
        In ASCII, for old programs (RFC 6266).
    status : int
    """
    response = Response(content, status=status, content_type=media_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response
