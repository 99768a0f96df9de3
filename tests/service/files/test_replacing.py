"""Files are written whole or not at all; what is no file is written to and stays what it is."""

import os
import stat
from pathlib import Path

import pytest

from service.errors import ServiceError
from service.files.replacing import replace_bytes, replaced_file


def test_a_file_takes_the_place_of_another_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "x.txt"
    replace_bytes(target, b"first")
    with pytest.raises(TypeError), replaced_file(target) as file:
        file.writelines(["half", None])  # type: ignore[list-item]  # the fault
    assert target.read_bytes() == b"first"
    with replaced_file(target) as file:
        file.write("第二")
    assert target.read_text(encoding="utf-8") == "第二"
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]


def test_a_pipe_or_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        replace_bytes(pipe, b"bytes")
        with replaced_file(pipe) as file:
            file.write(" and text")
        assert os.read(reader, 100) == b"bytes and text"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_directory_is_no_place_for_a_file(tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "no" / "x"):
        with pytest.raises(ServiceError, match="cannot be written"):
            replace_bytes(target, b"x")
    assert list(tmp_path.iterdir()) == []
