"""Replay bundles: one JSON file, plain or gzipped, with limits that hold before anything is parsed."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any, NoReturn

from marshmallow import ValidationError

from matching.vocabulary import Text
from schemas.problems import problems_by_path
from schemas.replay import BUNDLE, BundleSchema
from service.files.limits import read_file, too_large, unreadable
from service.files.replacing import replace_bytes

__all__ = ["read_bundle", "write_bundle"]

MOST_BYTES = 64_000_000  # a pool of a million people needs some 20 MB
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
_EXPORT_AGAIN = Text(
    "请用 talentpool replay 编号 --bundle 文件 重新导出。",
    "Write it again with talentpool replay NUMBER --bundle FILE.",
)


def write_bundle(path: Path, document: dict[str, Any]) -> None:
    """Write a bundle; a name that ends in .gz is packed. The same content gives the same bytes.

    Raises
    ------
    ServiceError
        If the directory cannot be written to.
    """
    content = (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    replace_bytes(path, gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def read_bundle(path: Path) -> dict[str, Any]:
    """Read a bundle strictly.

    Returns
    -------
    dict
        As `schemas.replay.BundleSchema` loads it.

    Raises
    ------
    NotFound
        If there is no such file.
    UnreadableFile
        If it is too large, also when unpacked, no JSON, or not a bundle as it was written: an unknown, absent or
        impossible field is named.
    """
    content = read_file(path, most=MOST_BYTES)
    if content.startswith(_GZIP):
        content = _inflated(path, content)
    try:
        document = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise unreadable(path, Text("文件不是完整的 JSON。", "The file is no complete JSON."), _EXPORT_AGAIN) from error
    if isinstance(document, dict) and document.get("schema") != BUNDLE:
        name = str(document.get("schema"))[:60]
        problem = Text(f"格式为“{name}”，应为 {BUNDLE}。", f"The schema is '{name}', it must be {BUNDLE}.")
        raise unreadable(path, problem, _EXPORT_AGAIN)
    try:
        loaded: dict[str, Any] = BundleSchema().load(document)
    except ValidationError as error:
        place, problems = next(iter(problems_by_path(error.messages).items()))
        said = problems[0].problem
        problem = Text(f"{place or 'JSON'}：{said.zh}", f"{place or 'JSON'}: {said.en}")
        raise unreadable(path, problem, _EXPORT_AGAIN) from error
    return loaded


def _inflated(path: Path, content: bytes) -> bytes:
    inflate = zlib.decompressobj(_GZIP_WINDOW)
    try:
        plain = inflate.decompress(content, MOST_BYTES + 1)
    except zlib.error as error:
        raise unreadable(path, Text("压缩文件已损坏。", "The packed file is damaged."), _EXPORT_AGAIN) from error
    if len(plain) > MOST_BYTES:
        raise too_large(path, f"> {MOST_BYTES / 1e6:,.0f} MB", f"{MOST_BYTES / 1e6:,.0f} MB")
    if not inflate.eof or inflate.unused_data:
        raise unreadable(path, Text("压缩文件不完整。", "The packed file is not complete."), _EXPORT_AGAIN)
    return plain


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(word)
