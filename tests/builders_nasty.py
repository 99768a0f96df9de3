"""Nasty files: what came from real offices, and what nobody sends with a good intention. Everything is invented."""

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from builders_workbooks import SAMPLES, write_rows, write_zip

HEADER = ["姓名", "人才类别", "备注"]
ROW = ["样例甲", "村官", "无事"]
LRMX = SAMPLES / "sample_synthetic.lrmx"
LRM = SAMPLES / "sample_synthetic.lrm"
SPLINTERS = (b"<", b">", b"&#0;", b"9999999999", b'"', b"\xff\xff", b"\0", "，".encode(), b"\r\n", b"@", b"PK\3\4")
ODD_VALUES = ("", "-", "#REF!", "=1+1", "1985.1", "9" * 400, "\x00", "_x000D_", "男女", "1e400", "𠮷" * 40, "<b>")
ODD_XML = ("<Person/>", "<Person><Person><a>x</a></Person></Person>", "<XingMing/>", "<!-- -->", "<?php ?>")


def swapped(path: Path, source: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """Write a workbook anew with changed parts."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return path


def a_book(folder: Path) -> Path:
    """Write a small good roster."""
    return write_rows(folder / "good.xlsx", HEADER, ROW)


def replaced(folder: Path, name: str, before: bytes, after: bytes) -> Path:
    """Write a roster in whose parts some bytes are replaced."""
    return swapped(folder / name, a_book(folder), lambda _, content: content.replace(before, after))


def with_parts(folder: Path, name: str, **parts: bytes) -> Path:
    """Write a roster with further parts."""
    path = folder / name
    path.write_bytes(a_book(folder).read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        for part, content in parts.items():
            archive.writestr(part.replace("__", "/"), content)
    return path


def text(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a text file."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def bomb_of_the_same_bytes(folder: Path) -> Path:
    """Write a zip whose entries overlap: each claims the same packed megabytes."""
    path = write_zip(folder / "overlap.zip", **{"a.csv": bytes(9_000_000)})
    content = path.read_bytes()
    place = content.index(b"PK\1\2")
    head, entry, tail = content[:place], content[place : content.index(b"PK\5\6")], content[content.index(b"PK\5\6") :]
    n = 400
    end = bytearray(tail)
    struct.pack_into("<HHI", end, 8, n, n, n * len(entry))
    path.write_bytes(head + entry * n + bytes(end))
    return path


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Return bytes with some of them flipped, cut out or replaced."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 3, 10, 50))):
        place = draw.randrange(len(changed)) if changed else 0
        kind = draw.randrange(4)
        if kind == 0:
            changed[place : place + 1] = bytes([draw.randrange(256)])
        elif kind == 1:
            del changed[place : place + draw.randrange(20)]
        elif kind == 2:
            changed[place : place + 4] = draw.choice(SPLINTERS)
        elif draw.random() < 0.1:
            del changed[place:]
    return bytes(changed)


def mutant(folder: Path, seed: int) -> Path:
    """Write one mutated file: a workbook, a form of either kind, a CSV file, or a zip of some."""
    draw = random.Random(seed)
    return draw.choice((_mutated_book, _odd_cells, _mutated_form, _odd_form, _mutated_csv, _mutated_zip))(folder, draw)


def _mutated_book(folder: Path, draw: random.Random) -> Path:
    source = SAMPLES / draw.choice(("roster_synthetic.xlsx", "vacancies_synthetic.xlsx"))
    if draw.random() < 0.3:
        return text(folder, "m.xlsx", damaged(source.read_bytes(), draw))
    return swapped(folder / "m.xlsx", source, lambda _, part: damaged(part, draw) if draw.random() < 0.4 else part)


def _odd_cells(folder: Path, draw: random.Random) -> Path:
    known = ["姓名", "人才类别", "出生年月", "身份证号", "学历学位", "带动农户数", "擅长工作", "宗教信仰", "姓明"]
    header = draw.sample(known, 6)
    values = [*ODD_VALUES, 1985.1, 239901198703150000.0, -1, 0.1, 31234, True, "村官", "样例甲", "23990119961012042X"]
    cells = ([draw.choice(values) for _ in header] for _ in range(draw.randrange(1, 12)))
    titles = [["某表"]] * draw.randrange(3)
    return write_rows(folder / "odd.xlsx", *titles, header, *cells)


def _mutated_form(folder: Path, draw: random.Random) -> Path:
    source = draw.choice((LRMX, LRM))
    return text(folder, f"m{source.suffix}", damaged(source.read_bytes(), draw))


def _odd_form(folder: Path, draw: random.Random) -> Path:
    if draw.random() < 0.5:
        parts = [draw.choice(ODD_VALUES) for _ in range(draw.choice((33, 33, 33, 32, 34, 1)))]
        return text(folder, "odd.lrm", ",".join(f'"{part}"' for part in parts).encode("gb18030", "replace"))
    lines = LRMX.read_text(encoding="utf-8").splitlines()
    for _ in range(draw.randrange(1, 6)):
        place = draw.randrange(len(lines))
        lines[place] = draw.choice((*ODD_XML, *ODD_VALUES, lines[draw.randrange(len(lines))]))
    return text(folder, "odd.lrmx", "\n".join(lines))


def _mutated_csv(folder: Path, draw: random.Random) -> Path:
    line = "样例甲,村官,1985.1,23990119961012042X,大学 农学学士\n"
    content = ("姓名,人才类别,出生年月,身份证号,学历学位\n" + line * 5).replace(",", draw.choice(",\t;|"))
    return text(folder, "m.csv", damaged(content.encode(draw.choice(("utf-8", "gb18030", "utf-16"))), draw))


def _mutated_zip(folder: Path, draw: random.Random) -> Path:
    members = {
        "甲.lrmx": LRMX.read_bytes(),
        "乙.lrm": LRM.read_bytes(),
        "乙.pic": b"\xff\xd8\xff",
        "丙.csv": "姓名,备注\n甲,乙\n",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, member in members.items():
            inner = member.encode() if isinstance(member, str) else member
            archive.writestr(name, damaged(inner, draw) if draw.random() < 0.4 else inner)
    packed = content.getvalue()
    return text(folder, "m.zip", damaged(packed, draw) if draw.random() < 0.5 else packed)


def folder_of(parts: Iterable[str]) -> str:
    """Return the XML of nested elements."""
    names = list(parts)
    return "".join(f"<{name}>" for name in names) + "".join(f"</{name}>" for name in reversed(names))
