"""Bodies of requests as the server reads them: a broken one is the sender's fault, not ours."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from gunicorn.http.errors import ParseException

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["with_sound_bodies"]


def with_sound_bodies(application: "WSGIApplication") -> "WSGIApplication":
    """Answer a chunked body that breaks off in the middle as one that was never sent whole: with 400.

    The server finds that out while the application reads, and raises an error of its own, which nobody expects there.
    Werkzeug takes a ValueError for a sender who has gone.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        environ["wsgi.input"] = _Body(environ["wsgi.input"])
        return application(environ, start_response)

    return answer


class _Body:
    """An input stream that raises what Werkzeug understands."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        return _understood(lambda: self._stream.read(size) if size >= 0 else self._stream.read())

    def readline(self, size: int = -1) -> bytes:
        return _understood(lambda: self._stream.readline(size) if size >= 0 else self._stream.readline())

    def readlines(self, _hint: int = -1) -> list[bytes]:
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line


def _understood(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except ParseException as error:
        raise ValueError("the body of the request is broken") from error
