"""Writing a file whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from matching.vocabulary import Text
from service.errors import ServiceError

__all__ = ["replace_bytes", "replaced_file"]


@contextmanager
def replaced_file(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes the place of `path` only when everything was written.

    Raises
    ------
    ServiceError
        If the directory cannot be written to.
    """
    with _replaced(path) as descriptor, os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def replace_bytes(path: Path, content: bytes) -> None:
    """Write a file that takes the place of `path` only when everything was written.

    Raises
    ------
    ServiceError
        If the directory cannot be written to.
    """
    with _replaced(path) as descriptor, os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _replaced(path: Path) -> Iterator[int]:
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise ServiceError(
            Text("无法写入该位置。", "This place cannot be written to."),
            remedy=Text(
                "请检查目录是否存在、是否有写入权限。", "Check that the directory exists and may be written to."
            ),
            place=str(path),
        ) from error
    try:
        yield descriptor
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
