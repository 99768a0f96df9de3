"""Writing a file whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from matching.vocabulary import Text
from service.errors import ServiceError

__all__ = ["replaced_file"]


@contextmanager
def replaced_file(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes the place of `path` only when everything was written.

    A device or a pipe is written to as it is: renaming a file over ``/dev/null`` would take it from everybody.

    Raises
    ------
    ServiceError
        If the directory cannot be written to.
    """
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        return
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
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
