"""What every family promises, tried on each family that the registry finds."""

import json
import subprocess
import sys

import pytest

from bank import grading, kinds, registry
from bank.exercise import Exercise
from bank.lab import Lab
from bank.values import Constant
from bank.verification import Task, verify

ASKED = [(name, kind) for name, family in registry.all_families().items() for kind in family.kinds]
each_question = pytest.mark.parametrize(("name", "kind"), ASKED)


def variants(name, kind, count):
    family = registry.get(name)
    return [family.variant(seed, kind) for seed in range(count)]


def test_there_are_families():
    assert ASKED


@each_question
def test_two_hundred_seeds_are_drawn_and_carry_their_parts(name, kind):
    drawn = variants(name, kind, 200)
    assert len({variant.id for variant in drawn}) > 1
    for variant in drawn:
        public, private = json.loads(variant.public), json.loads(variant.private)
        assert public["id"] == variant.id
        assert private["answer"]
        assert "\\(" not in public["stem"]["html"]
        assert "<<" not in public["stem"]["text"]


@each_question
def test_the_public_part_holds_no_key(name, kind):
    for variant in variants(name, kind, 20):
        assert not {"answer", "params", "seed", "solution", "feedback"} & set(json.loads(variant.public))


@each_question
def test_the_lab_confirms_twenty_keys(name, kind):
    tasks = [Task(kind, variant.params) for variant in variants(name, kind, 20)]
    judged = verify(Lab(0), name, tasks)
    assert len(judged) == 20
    assert [found.evidence for found in judged if found.verdict != "confirmed"] == []


@each_question
def test_the_lab_refutes_a_perturbed_key(name, kind, monkeypatch):
    family = registry.get(name)
    if not issubclass(family, Exercise):
        pytest.skip("a statement pool has no single value to perturb")
    true = family.solve
    monkeypatch.setattr(family, "solve", lambda question: _off(true(question)))
    question = family.from_json(variants(name, kind, 1)[0].params)
    (evidence,) = family.prove(Lab(0), [(kind, question)])
    assert evidence.verdict == "refuted"


def _off(value):
    return Constant(f"({value.text})*21/20") if isinstance(value, Constant) else value * 21 / 20


@each_question
def test_sample_responses_are_graded_as_what_they_are(name, kind):
    for variant in variants(name, kind, 20):
        private = json.loads(variant.private)
        samples = kinds.get(kind).samples(private["shape"], private["answer"])
        assert all(grading.grade(private, right)["correct"] is True for right in samples.right)
        assert all(grading.grade(private, wrong)["correct"] is False for wrong in samples.wrong)
        assert not any(grading.validate(private, malformed)["valid"] for malformed in samples.malformed)


def test_another_process_draws_the_same_bytes():
    script = (
        "import hashlib; from bank import registry; d = hashlib.sha256();"
        "[d.update(v.public + v.private) for n, f in sorted(registry.all_families().items())"
        " for k in f.kinds for s in range(20) for v in [f.variant(s, k)]]; print(d.hexdigest())"
    )
    digests = {
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    }
    assert len(digests) == 1
