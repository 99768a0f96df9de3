"""A body that the server cannot read to its end is answered, not reported as a failure of the service."""

import pytest
from flask import Flask
from gunicorn.http.errors import ChunkMissingTerminator, InvalidChunkSize


class Broken:
    """What gunicorn gives for a chunked body that breaks off: the error comes when it is read."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def read(self, _size: int = -1) -> bytes:
        raise self._error


@pytest.mark.parametrize("error", [InvalidChunkSize(b"zz"), ChunkMissingTerminator(b"x"), OSError("gone")])
@pytest.mark.parametrize("address", ["/login/password", "/api/v1/sessions"])
def test_a_body_that_breaks_off_is_the_senders_fault(app: Flask, address: str, error: Exception) -> None:
    answer = app.test_client().post(
        address,
        content_type="multipart/form-data; boundary=x" if address.startswith("/login") else "application/json",
        environ_overrides={"wsgi.input": Broken(error), "wsgi.input_terminated": True},
    )
    assert answer.status_code == 400
