"""P1: an office without network installs from a folder; a wheel that was altered on the way is refused."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tools.wheel_folder import gather

ROOT = Path(__file__).parents[1]
PACKAGES = ("matching", "schemas", "seed_data", "service")


def _without_network() -> list[str]:
    """Return what a command is put behind to have no network at all; nothing where that needs more rights."""
    alone = ["unshare", "--net"]
    if shutil.which("unshare") and subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0:
        return alone
    sys.stderr.write("\nP1: THE NETWORK CANNOT BE TAKEN AWAY HERE (unshare --net); --no-index alone is tried\n")
    return []


@pytest.mark.prove
def test_the_folder_installs_without_network_and_an_altered_wheel_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "wheels"
    gather(folder)
    wheels = sorted(folder.glob("*.whl"))
    assert _left_out(next(folder.glob("talentpool-*.whl"))) == []
    began = time.perf_counter()
    installed = _install(folder, tmp_path / "venv")
    sys.stderr.write(f"{len(wheels)} wheels installed in {time.perf_counter() - began:.0f} s\n")
    assert installed.returncode == 0, installed.stderr
    environment = {
        "PATH": os.environ["PATH"],
        "TALENTPOOL_DATABASE_URL": f"sqlite:///{tmp_path / 'var' / 'talentpool.db'}",
        "TALENTPOOL_KEY_FILE": str(tmp_path / "var" / "talentpool.key"),
    }
    for command in (["version"], ["init"], ["doctor"]):
        talentpool = [str(tmp_path / "venv" / "bin" / "talentpool"), *command]
        done = subprocess.run(talentpool, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode in {0, 3}, done.stdout + done.stderr
    for wheel in (wheels[0], next(folder.glob("talentpool-*.whl"))):
        content = wheel.read_bytes()
        wheel.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        refused = _install(folder, tmp_path / "other")
        assert refused.returncode == 1
        assert "HASHES" in refused.stderr
        assert not (tmp_path / "other").exists()
        wheel.write_bytes(content)
    wheels[0].unlink()
    assert _install(folder, tmp_path / "other").returncode == 1


def _left_out(wheel: Path) -> list[str]:
    """Return which of our files are not in our wheel; migrations once were not, and a fresh office had no tables."""
    packed = set(zipfile.ZipFile(wheel).namelist())
    ours = [path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file()]
    told = [str(path.relative_to(ROOT)) for path in ours if path.suffix not in {".pyc", ".mo"}]
    return sorted(set(told) - packed)


def _install(folder: Path, target: Path) -> "subprocess.CompletedProcess[str]":
    command = [*_without_network(), str(folder / "install"), str(target), sys.executable]
    return subprocess.run(command, capture_output=True, text=True, check=False)
