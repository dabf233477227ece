"""What every family promises, tried on each family that the registry finds."""

import json
from collections.abc import Mapping

import pytest

from bank import kinds, registry
from bank.authoring.exercise import Exercise
from bank.kinds import grading
from bank.lab import Lab
from bank.notation.values import Constant
from bank.verification import Task, verify

ASKED = [(name, kind) for name, family in registry.all_families().items() for kind in family.kinds]
ALIKE = ("expression", "text")  # kinds in which the letters, or the person who answers, may be all there is to vary
each_question = pytest.mark.parametrize(("name", "kind"), ASKED)


def drafts(name, kind, count):
    family = registry.get(name)
    return [family.rehearsed(seed, kind) for seed in range(count)]


def few(name, many):
    """Questions about a run pay for a run each."""
    return min(many, 3) if registry.get(name).draft(0).seen == b"" else many


def test_there_are_families():
    assert ASKED


@each_question
def test_two_hundred_seeds_are_drawn_and_carry_their_parts(name, kind):
    drawn = drafts(name, kind, 200)
    assert len({draft.looks for draft in drawn}) > 1 or kind in ALIKE
    for draft in drawn:
        public, private = json.loads(draft.seen), json.loads(draft.private)
        assert private["answer"]
        assert "\\(" not in public["stem"]["html"]
        assert "<pre><code>" not in public["stem"]["html"] + private["solution"]["html"]  # code that has no language
        assert "<<" not in public["stem"]["text"]


@each_question
def test_the_public_part_holds_no_key(name, kind):
    for draft in drafts(name, kind, 20):
        assert not {"answer", "params", "seed", "solution", "feedback"} & set(json.loads(draft.seen))


@each_question
def test_what_looks_the_same_has_the_same_key(name, kind):
    keys = {}
    for draft in drafts(name, kind, 200):
        answer = json.loads(draft.private)["answer"]
        assert keys.setdefault(draft.looks, answer) == answer


@each_question
def test_the_lab_confirms_twenty_keys(name, kind):
    tasks = [Task(kind, draft.params) for draft in drafts(name, kind, few(name, 20))]
    judged = verify(Lab(0), name, tasks)
    assert len(judged) == len(tasks)
    assert [found.evidence for found in judged if found.verdict not in ("confirmed", "proven")] == []
    assert any(found.verdict == "confirmed" for found in judged)


@each_question
def test_the_lab_refutes_a_perturbed_key(name, kind, monkeypatch):
    family = registry.get(name)
    true = family.solve
    questions = [family.from_json(draft.params) for draft in drafts(name, kind, few(name, 5))]
    mistakes = {question: _first_mistake(question, kind) for question in questions}
    monkeypatch.setattr(family, "solve", lambda question: _off(true(question), mistakes.get(question)))
    fresh = [family.from_json(question.to_json()) for question in questions]  # none has solved itself before
    proven = family.prove(Lab(0), [(kind, question) for question in fresh])
    measured = [evidence for evidence in proven if evidence.tier != "proof"]  # a proof line is read, not run
    assert {evidence.verdict for evidence in measured} == {"refuted"}


def _first_mistake(question, kind):
    return question.asked(kind).mistakes[0].value if isinstance(question, Exercise) else None


def _off(value, mistake):
    """A key that is wrong: numbers by a twentieth, words by the first mistake, truths turned round."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return mistake
    if isinstance(value, Mapping):
        return {name: _off(part, None) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_off(part, None) for part in value)
    if isinstance(value, Constant):
        return Constant(f"({value.text})*21/20")
    return value * 21 / 20 if value else 1


@each_question
def test_sample_responses_are_graded_as_what_they_are(name, kind):
    for draft in drafts(name, kind, 20):
        private = json.loads(draft.private)
        samples = kinds.get(kind).samples(private["shape"], private["answer"])
        right = None if kind == "text" else True  # a person says how good an answer in words is
        assert samples.right
        assert all(grading.grade(private, response)["correct"] is right for response in samples.right)
        assert all(grading.grade(private, wrong)["correct"] is False for wrong in samples.wrong)
        assert not any(grading.validate(private, malformed)["valid"] for malformed in samples.malformed)
