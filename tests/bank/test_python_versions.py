"""Same seed, same bytes, whatever Python draws them."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = (
    "import hashlib; from bank import registry; digest = hashlib.sha256();"
    "[digest.update(d.seen + d.private) for f in registry.all_families().values()"
    " for k in f.kinds for s in range(10) for d in [f.rehearsed(s, k)]]; print(digest.hexdigest())"
)
OTHERS = ("3.11", "3.12", "3.13", "3.14")


def drawn_by(python):
    """Other versions use the same libraries: pure Python, and one built for all versions."""
    environ = os.environ | {"PYTHONPATH": os.pathsep.join((str(Path.cwd()), sysconfig.get_path("purelib")))}
    done = subprocess.run([python, "-c", SCRIPT], capture_output=True, text=True, env=environ)
    assert done.returncode == 0, done.stderr
    return done.stdout


def interpreter(version):
    """One that runs, on PATH or kept by pyenv; a name on PATH may be a shim with nothing behind it."""
    kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}"))
    for python in [shutil.which(f"python{version}"), *map(str, kept)]:
        if python and subprocess.run([python, "-c", "import ssl"], capture_output=True).returncode == 0:
            return python
    return None


def test_two_processes_draw_the_same_bytes():
    assert drawn_by(sys.executable) == drawn_by(sys.executable)


@pytest.mark.parametrize("version", [v for v in OTHERS if v != f"{sys.version_info[0]}.{sys.version_info[1]}"])
def test_another_version_of_python_draws_the_same_bytes(version):
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    assert drawn_by(python) == drawn_by(sys.executable)
