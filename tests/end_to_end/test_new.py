"""`resit new`: what it writes is in style and typed, and says what is left to write."""

import os
import subprocess
import sys
import tomllib

import pytest
from click.testing import CliRunner

import cli
from tests.end_to_end.readme import ROOT

SHAPES = {"exercise": "", "pool": "--pool", "run": "--run"}
LEFT = {
    "exercise": ("an_exercise.py:24: stem: ", "an_exercise.py:31: solve: ", "an_exercise.py:40: measured: "),
    "pool": ("a_pool.py:9: holds: ", "a_pool.toml:4: about what", "a_pool.toml:41: pair 4, why it is not"),
    "run": ("a_run.py:28: alt: ", "a_run.py:51: run: ", "a_run.py:66: measured: "),
}


def name_of(shape):
    return f"{'an' if shape[0] == 'e' else 'a'}_{shape}"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course that begins with a family of each shape."""
    folder = tmp_path_factory.mktemp("begun")
    for shape, option in SHAPES.items():
        ran(
            folder,
            sys.executable,
            "-m",
            "cli",
            "new",
            f"first_steps/{name_of(shape)}",
            "--in",
            "begun/families",
            option,
        )
    return folder


def ran(folder, *command, status=0):
    """What a command prints that is run in a folder, with all of ours to import and the course included."""
    families = {"RESIT_FAMILIES": "begun.families"} if (folder / "begun").exists() else {}
    environ = {**os.environ, **families, "PYTHONPATH": str(ROOT), "MYPYPATH": str(ROOT), "COLUMNS": "140"}
    done = subprocess.run(
        [*filter(None, command)], cwd=folder, env=environ, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_it_is_in_style_and_typed(course):
    settings = str(ROOT / "pyproject.toml")
    ran(course, sys.executable, "-m", "ruff", "check", "--config", settings, "begun")
    ran(course, sys.executable, "-m", "ruff", "format", "--check", "--config", settings, "begun")
    ran(course, sys.executable, "-m", "mypy", "--config-file", settings, "-p", "begun.families")


@pytest.mark.parametrize("shape", SHAPES)
def test_the_contract_lists_what_is_left_to_write(course, shape):
    said = ran(course, sys.executable, "-m", "cli", "contract", name_of(shape), status=1)
    assert "nothing is left to write?" in said
    assert all(mark in said for mark in LEFT[shape]), said


def test_what_exists_is_not_written_again(course):
    again = [sys.executable, "-m", "cli", "new", "first_steps/a_pool", "--in", "begun/families"]
    before = (course / "begun/families/first_steps/a_pool.py").read_text()
    assert ran(course, *again, status=1) == ""
    assert (course / "begun/families/first_steps/a_pool.py").read_text() == before


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("optimisation/gd_rate", "gd_rate exists: "),
        ("optimisation/gd-rate", "'gd-rate' is no name in Python"),
        ("optimisation", "'' is no name in Python"),
        ("optimisation/class", "'class' is no name in Python"),
        ("../trial/step", "'..' is no name in Python"),
        ("_hidden/step", "'_hidden' is no name in Python"),
    ],
)
def test_names_that_exist_or_are_none_are_refused(where, said, tmp_path):
    refused = CliRunner().invoke(cli.main, ["new", where, "--in", str(tmp_path / "families")])
    assert refused.exit_code != 0
    assert said in refused.output
    assert not (tmp_path / "families").exists()


def test_nothing_is_written_where_the_bank_does_not_lie(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(cli.main, ["new", "optimisation/step"])
    assert "there is no folder bank/families here" in refused.output
    assert list(tmp_path.iterdir()) == []


def test_templates_are_carried_into_the_wheel():
    carried = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["cli"]
    folder = ROOT / "cli"
    texts = {path for path in folder.rglob("*.*") if path.suffix in (".html", ".txt", ".toml")}
    assert texts
    assert texts <= {path for pattern in carried for path in folder.glob(pattern)}
