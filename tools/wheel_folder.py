"""Gather what an installation without network needs: `make wheels` writes a folder of wheels, hashes and a script.

``python -m tools.wheel_folder FOLDER`` needs the network once, on a machine like those that are installed: same system,
same minor version of Python. The folder is carried over, its digest compared, and ``./install TARGET`` run.
"""

# ruff: noqa: INP001 - a script, not a part of a package
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["gather"]

ROOT = Path(__file__).parents[1]
LOCK, INSTALL = "locked.txt", "install"
_OURS = ("matching", "schemas", "seed_data", "service", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
_SCRIPT = """#!/bin/sh
# Install from this folder alone, without network; a wheel that is not as locked.txt says is refused.
# usage: ./install TARGET [PYTHON]      TARGET: the virtual environment to make, e.g. /opt/talentpool/.venv
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target=${1:?which virtual environment shall be made?  请指定虚拟环境目录}
python=${2:-python3}
if [ -e "$target" ]; then
  echo "$target exists already; choose another, or move it away.  目录已存在" >&2
  exit 2
fi
for name in $(env | sed -n 's/^\\(PIP_[A-Z_]*\\)=.*/\\1/p'); do unset "$name"; done
export PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1
"$python" -m venv "$target"
if ! "$target/bin/python" -m pip install --quiet --no-index --no-cache-dir --only-binary :all: \\
    --find-links "$here" --require-hashes --no-deps -r "$here/locked.txt"; then
  rm -rf "$target"
  echo "Nothing was installed: a wheel is missing or was changed.  未安装：文件缺失或被改动" >&2
  exit 1
fi
"$target/bin/python" -m pip check
echo "Installed into $target.  安装完成"
"""


def gather(folder: Path) -> str:
    """Fill an empty folder, and return the SHA-256 of its list of hashes.

    Raises
    ------
    SystemExit
        If the folder is not empty, or a wheel cannot be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty  目录不为空")
    _pip("wheel", "--require-hashes", "-r", str(ROOT / "requirements.txt"), "-w", str(folder))
    with tempfile.TemporaryDirectory() as directory:
        _copy_sources(Path(directory))
        _pip("wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), directory)
    lines = [_locked(wheel) for wheel in sorted(folder.glob("*.whl"))]
    (folder / LOCK).write_text("\n".join([*lines, ""]), encoding="ascii")
    script = folder / INSTALL
    script.write_text(_SCRIPT, encoding="utf-8")
    script.chmod(0o755)
    return _digest(folder / LOCK)


def _pip(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *arguments, "--quiet"], check=False)  # noqa: S603 - pip
    if done.returncode:
        raise SystemExit(done.returncode)


def _copy_sources(directory: Path) -> None:
    """Building leaves traces: they are to stay out of the checkout."""
    for name in _OURS:
        source, target = ROOT / name, directory / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, target)


def _locked(wheel: Path) -> str:
    name, version, *_ = wheel.name.split("-")
    return f"{name}=={version} --hash=sha256:{_digest(wheel)}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    to = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("WHEELS", "build/wheels"))
    sys.stdout.write(f"SHA-256 of {to / LOCK}: {gather(to)}\n")
