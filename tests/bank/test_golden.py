"""What students see is under a snapshot, and versions follow it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bank
from bank import families, golden, registry

BANK = Path(bank.__file__).parent
FOLDER = Path(families.__path__[0])

# What is changed in a copy of the bank: where, what stands there, what comes instead, and a kind that must show it.
CHANGES = {
    "the sentence under the stem": ("kinds/*.py", "Choose one option.", "Pick one option.", "gd_rate single_choice"),
    "what is said of the right option": ("**/*.py", 'RIGHT = "Correct."', 'RIGHT = "Right."', "gd_rate single_choice"),
    "how a fraction is written": ("notation/values.py", r"\frac{{{abs(top)}", r"\tfrac{{{abs(top)}", "gd_rate numeric"),
    "a bracket": ("notation/expression/*.py", 'f"({tex})"', 'f"[{tex}]"', "quadratic_gradient_A numeric"),
    "how many statements of a pool are true": ("authoring/*.py", "(1, 2, 3)", "(2, 3)", "bias_role multiple_choice"),
    "a reason": ("families/*/gd_rate.toml", "Only the largest", "No more than the largest", "gd_rate numeric"),
    "a tolerance": ("families/*/gd_rate.py", "rounded(0.01)", "rounded(0.011)", "gd_rate numeric"),
}
LOOK = """
import json, sys
from pathlib import Path
from bank import families, golden, registry
found = registry.all_families()
now = golden.seen_now(found.values())
known = golden.written(Path(families.__path__[0]))
print(json.dumps({"changed": golden.changed(known, now), "versions": {n: f.version() for n, f in found.items()}}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the bank, which nobody else sees."""
    home = tmp_path_factory.mktemp("scratch")
    shutil.copytree(BANK, home / "bank", ignore=shutil.ignore_patterns("__pycache__"))
    return home


def looked_at(home):
    """What golden.json and the versions say of a copy."""
    done = subprocess.run([sys.executable, "-c", LOOK], cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def put(home, pattern, old, new):
    """Put something else into the files of a copy that have it; returns what stood there, by path."""
    held = {path: path.read_text() for path in sorted((home / "bank").glob(pattern)) if old in path.read_text()}
    assert held, f"no file has {old!r}"
    for path, text in held.items():
        path.write_text(text.replace(old, new))
    return held


def test_students_see_what_golden_json_says():
    now = golden.seen_now(registry.all_families().values())
    changed = golden.changed(golden.written(FOLDER), now)
    kinds = sum(len(digests) for digests in now.values())
    assert not changed, (
        f"students would see other bytes in {len(changed)} of {kinds}: `make golden` if that is meant\n"
        + "\n".join(changed)
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_students_would_see_is_named(copy, name):
    pattern, old, new, shown = CHANGES[name]
    held = put(copy, pattern, old, new)
    try:
        assert shown in looked_at(copy)["changed"]
    finally:
        for path, text in held.items():
            path.write_text(text)


@pytest.mark.slow
def test_a_comment_and_another_layout_change_neither_bytes_nor_versions(copy):
    before = looked_at(copy)
    (path,) = (copy / "bank").glob("families/*/gd_rate.py")
    text = path.read_text()
    laid_out = text.replace("points = 5", "points = (\n        5  # as in the exam\n    )")
    assert laid_out != text
    path.write_text(f"{laid_out}\n# a comment\n")
    try:
        assert looked_at(copy) == before
    finally:
        path.write_text(text)


@pytest.mark.slow
def test_a_version_follows_the_file_of_the_family(copy):
    before = looked_at(copy)["versions"]
    held = put(copy, "families/*/gd_rate.py", "points = 5", "points = 6")
    after = looked_at(copy)["versions"]
    for path, text in held.items():
        path.write_text(text)
    assert {name for name in before if before[name] != after[name]} == {"gd_rate"}
