"""Files are written whole or not at all, and only files are replaced."""

import os
import stat
import threading
from contextlib import suppress

from service.files.replacing import replaced_file


def test_a_file_is_replaced_only_when_everything_was_written(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("before", encoding="utf-8")
    with suppress(RuntimeError), replaced_file(path) as file:
        file.write("half")
        raise RuntimeError
    assert path.read_text(encoding="utf-8") == "before"
    with replaced_file(path) as file:
        file.write("after")
    assert path.read_text(encoding="utf-8") == "after"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pipe_or_device_is_written_to_and_stays_what_it_is(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    with replaced_file(pipe) as file:
        file.write("rows")
    reader.join(timeout=10)
    assert read == ["rows"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
