"""Writing a file whole or not at all."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from matching.vocabulary import Text
from service.errors import ServiceError

__all__ = ["replace_bytes", "replaced_file"]


@contextmanager
def replaced_file(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes the place of `path` only when everything was written.

    A device or a pipe is written to as it is: renaming a file over ``/dev/null`` would take it from everybody.

    Raises
    ------
    ServiceError
        If the directory cannot be written to.
    """
    with _replaced(path) as descriptor, os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        yield file
        file.flush()
        _settle(descriptor)


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
        _settle(descriptor)


def _settle(descriptor: int) -> None:
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.fsync(descriptor)


@contextmanager
def _replaced(path: Path) -> Iterator[int]:
    # A device or a pipe is written to: an administrator may replace /dev/null, and must not.
    is_special = path.exists() and not path.is_file() and not path.is_dir()
    try:
        if is_special:
            descriptor, name = os.open(path, os.O_WRONLY), ""
        else:
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _unwritable(path) from error
    if is_special:
        yield descriptor
        return
    try:
        yield descriptor
        Path(name).replace(path)
    except IsADirectoryError as error:
        Path(name).unlink(missing_ok=True)
        raise _unwritable(path) from error
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _unwritable(path: Path) -> ServiceError:
    return ServiceError(
        Text("无法写入该位置。", "This place cannot be written to."),
        remedy=Text("请检查目录是否存在、是否有写入权限。", "Check that the directory exists and may be written to."),
        place=str(path),
    )
