"""A zip of many files: names in GBK or UTF-8, limits that hold before anything is unpacked, nothing written to disk."""

import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from matching.vocabulary import Text
from service.files.limits import check_sizes, too_large, unreadable

__all__ = ["Member", "is_workbook_archive", "read_archive"]

MOST_MEMBERS = 5_000
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_LONGEST_NAME = 120
_LITTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Member:
    """One file inside an archive.

    Parameters
    ----------
    name : str
        As shown: decoded, without control characters, without a way out of the archive.
    data : bytes
    """

    name: str
    data: bytes


def is_workbook_archive(data: bytes) -> bool:
    """Whether a zip is an Office document by its own table of contents."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return False
    return bool(names & {"[Content_Types].xml", "mimetype"}) or any(name.startswith("xl/") for name in names)


def read_archive(name: str, data: bytes) -> Iterator[Member]:
    """Unpack the files of an archive in memory, one after the other, in the order of their names.

    Raises
    ------
    UnreadableFile
        Before anything is unpacked, if it is damaged, locked by a password, has too many files or inflates beyond all
        measure; while unpacking, if a file in it is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [member for member in archive.infolist() if not _is_litter(member)]
            _check(name, archive, wanted)
            named = sorted(((_name(member), member) for member in wanted), key=lambda pair: pair[0])
            for shown, member in named:
                yield Member(shown, archive.read(member))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise unreadable(
            name,
            Text("压缩包已损坏，无法解压。", "The zip is damaged and cannot be unpacked."),
            Text("请重新压缩为普通的 .zip。", "Pack it again as an ordinary .zip."),
        ) from error


def _check(name: str, archive: zipfile.ZipFile, wanted: list[zipfile.ZipInfo]) -> None:
    if len(archive.infolist()) > MOST_MEMBERS:
        raise too_large(name, f"{len(archive.infolist()):,} 个文件/files", f"{MOST_MEMBERS:,}")
    check_sizes(name, archive.infolist())
    if any(member.flag_bits & _ENCRYPTED for member in wanted):
        raise unreadable(
            name,
            Text("压缩包设有密码。", "The zip is protected by a password."),
            Text("请去掉密码后重新压缩。", "Pack it again without a password."),
        )


def _is_litter(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    return member.is_dir() or bool(_LITTER & set(parts)) or (bool(parts) and parts[-1].startswith(("~$", "._")))


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's name for a reader; old zips hold the bytes of the packer's own encoding."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        try:
            packed = name.encode("cp437")
        except UnicodeEncodeError:
            packed = b""
        for encoding in ("utf-8", "gb18030") if packed else ():
            try:
                name = packed.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    plain = "".join(sign for sign in "/".join(parts) if unicodedata.category(sign)[0] != "C")
    return plain[-_LONGEST_NAME:]
