"""What the README says is so: its commands run, its example is a family, its generated parts are up to date."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs.regenerate import FAMILIES, OF_ONE_RUN, catalogue, renewed
from tests.end_to_end.readme import README, ROOT, blocks

BIN = Path(sys.executable).parent


def run(service, block):
    """Where it runs is changed, and nothing else: the keys, the port, the programs; make only says what it would do."""
    here = {
        ". var/keys.env": f". {service.home}/keys.env",
        "localhost:8000": f"localhost:{service.port}",
        ".venv/bin/": f"{BIN}/",
        "make ": "make --dry-run --old-file=.venv/service --old-file=.venv/ready ",
    }
    for said, meant in here.items():
        block = block.replace(said, meant)
    return service.run(f"set -euo pipefail; cd {ROOT}; {block}")


@pytest.mark.parametrize("block", blocks("sh"), ids=lambda block: block.split("\n")[0])
def test_commands_work_as_pasted(service, block):
    assert run(service, block)


def test_the_grade_is_given_for_the_numbers_that_were_asked_for(service):
    (block,) = [block for block in blocks("sh") if "/grade" in block]
    grade = json.loads(run(service, block.replace('"ada"', '"bob"')))
    assert (grade["correct"], grade["score"], grade["attempts_left"]) == (True, 3, 2)


def test_the_answer_that_is_shown_is_the_one_that_comes(service):
    answer = service.get("/v1/families/quadratic_layer_ratio/variants/1", "lms", headers={"Prefer": "wait=20"})
    (shown,) = blocks("json")
    assert is_cut_from(json.loads(shown), answer.json())


def test_the_evidence_that_is_shown_is_the_one_that_comes(service):
    (block,) = [block for block in blocks("sh") if "/evidence" in block]
    come = json.loads(run(service, block))
    (shown,) = map(json.loads, blocks("json evidence"))
    assert come.keys() == shown.keys()
    assert {name: value for name, value in come.items() if shown[name] != value}.keys() <= set(OF_ONE_RUN)


def is_cut_from(shown, whole):
    if isinstance(shown, dict):
        return shown.keys() == whole.keys() and all(is_cut_from(part, whole[name]) for name, part in shown.items())
    if isinstance(shown, list):
        return len(shown) == len(whole) and all(map(is_cut_from, shown, whole))
    cut = isinstance(shown, str) and shown.endswith("…")
    return whole.startswith(shown[:-1]) if cut else shown == whole


def test_generated_parts_are_up_to_date():
    assert renewed(README) == README, "make docs writes them anew"
    assert catalogue() == FAMILIES.read_text(), "make docs writes it anew"
    assert (ROOT / "docs" / "question.png").stat().st_size > 20_000


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the bank with the README's family in it, where the README says that it goes."""
    folder = tmp_path_factory.mktemp("house")
    for name in ("bank", "cli"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "settings.py"):
        shutil.copy(ROOT / name, folder)
    (source,) = blocks("python")
    topic = folder / "bank" / "families" / "linear_layer"
    topic.mkdir()
    (topic / "__init__.py").write_text('"""Linear layers."""\n')
    (topic / "linear_layer_parameters.py").write_text(source)
    return folder


@pytest.mark.parametrize("program", ["ruff check", "ruff format --check", "mypy"])
def test_the_example_is_in_style_and_typed(house, program):
    said = subprocess.run(
        [sys.executable, "-m", *program.split(), "bank/families/linear_layer"],
        cwd=house,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_example_keeps_what_every_family_promises(house):
    command = [sys.executable, "-m", "cli", "contract", "linear_layer_parameters"]
    said = subprocess.run(command, cwd=house, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.count("26 of 26") == 2
