"""A disk that loses at a power cut what nobody has waited for: a FUSE file system, run as a program of its own.

``python power_cut_disk.py MOUNT KEPT SEED`` begins with the files in KEPT. Creating the file ``.cut`` is the power
cut: what had reached the disk is written back to KEPT, and whatever is asked afterwards fails. Of what was written
but not fsynced survives nothing, or, if SEED is odd, each write by a toss: a real disk writes in the order it likes.
"""

import errno
import os
import random
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mfusepy

__all__: list[str] = []

_CUT = "/.cut"

_Change = Callable[[bytearray], None]


class _Kept:
    """The content of one file: as programs see it, and as it would be after a power cut."""

    def __init__(self, content: bytes = b"") -> None:
        self.seen, self.on_disk = bytearray(content), bytearray(content)
        self.unsynced: list[_Change] = []

    def change(self, change: _Change) -> None:
        change(self.seen)
        self.unsynced.append(change)

    def sync(self) -> None:
        self.on_disk = bytearray(self.seen)
        self.unsynced.clear()

    def after_a_cut(self, survives: Callable[[], bool]) -> bytes:
        for change in self.unsynced:
            if survives():
                change(self.on_disk)
        return bytes(self.on_disk)


class _Disk(mfusepy.Operations):  # type: ignore[misc]  # no types
    """One folder; its names are on the disk once the folder was fsynced."""

    use_ns = True

    def __init__(self, kept: Path, seed: int) -> None:
        self._kept, self._is_over = kept, False
        toss = random.Random(seed)
        self._survives = (lambda: toss.random() < 0.5) if seed % 2 else (lambda: False)
        self._seen = {f"/{one.name}": _Kept(one.read_bytes()) for one in kept.iterdir()}
        self._on_disk = dict(self._seen)
        self._open: dict[int, _Kept] = {}

    def _checked(self) -> None:
        if self._is_over:
            raise mfusepy.FuseOSError(errno.EIO)

    def _file(self, path: str, fh: int | None = None) -> _Kept:
        self._checked()
        found = self._open.get(fh or 0) or self._seen.get(path)
        if found is None:
            raise mfusepy.FuseOSError(errno.ENOENT)
        return found

    def _opened(self, file: _Kept) -> int:
        number = max(self._open, default=0) + 1
        self._open[number] = file
        return number

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        times = {"st_atime": 0, "st_mtime": 0, "st_ctime": 0, "st_uid": os.getuid(), "st_gid": os.getgid()}
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o700, "st_nlink": 2, **times}
        size = len(self._file(path, fh).seen)
        return {"st_mode": stat.S_IFREG | 0o600, "st_nlink": 1, "st_size": size, **times}

    def readdir(self, path: str, fh: int) -> Iterator[str]:  # noqa: ARG002 - one folder only
        yield from (".", "..", *(name[1:] for name in self._seen))

    def create(self, path: str, mode: int, fi: Any = None) -> int:  # noqa: ARG002 - everything is 0600
        self._checked()
        if path == _CUT:
            self._cut()
        self._seen[path] = _Kept()
        return self._opened(self._seen[path])

    def open(self, path: str, flags: int) -> int:  # noqa: ARG002 - the kernel checks them
        return self._opened(self._file(path))

    def release(self, path: str, fh: int) -> int:  # noqa: ARG002 - an open file may have lost its name
        self._open.pop(fh, None)
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return bytes(self._file(path, fh).seen[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        def change(content: bytearray) -> None:
            content.extend(bytes(max(0, offset - len(content))))
            content[offset : offset + len(data)] = data

        self._file(path, fh).change(change)
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        def change(content: bytearray) -> None:
            del content[length:]
            content.extend(bytes(length - len(content)))

        self._file(path, fh).change(change)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:  # noqa: ARG002 - both the same
        self._file(path, fh).sync()
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:  # noqa: ARG002 - both the same
        self._checked()
        self._on_disk = dict(self._seen)
        return 0

    def unlink(self, path: str) -> int:
        self._file(path)
        del self._seen[path]
        return 0

    def rename(self, old: str, new: str) -> int:
        self._seen[new] = self._file(old)
        del self._seen[old]
        return 0

    def chmod(self, path: str, mode: int) -> int:  # noqa: ARG002 - everything is 0600
        self._file(path)
        return 0

    def utimens(self, path: str, times: Any = None) -> int:  # noqa: ARG002 - no clock here
        self._file(path)
        return 0

    def statfs(self, path: str) -> dict[str, int]:  # noqa: ARG002 - one disk
        return {"f_bsize": 4096, "f_frsize": 4096, "f_blocks": 1 << 20, "f_bfree": 1 << 20, "f_bavail": 1 << 20}

    def _cut(self) -> None:
        """End at once: nothing else runs meanwhile, this program has one thread."""
        self._is_over = True
        for one in self._kept.iterdir():
            one.unlink()
        for name, file in self._on_disk.items():
            (self._kept / name[1:]).write_bytes(file.after_a_cut(self._survives))
        raise mfusepy.FuseOSError(errno.EIO)


if __name__ == "__main__":
    mount, kept_in, seed_told = sys.argv[1:]
    disk = _Disk(Path(kept_in), int(seed_told))
    mfusepy.FUSE(disk, mount, foreground=True, nothreads=True)
