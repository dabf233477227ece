"""Graded again, a response is worth what the bank says: of selections, and of answers that build on a wrong one."""

import json
from contextlib import contextmanager
from fractions import Fraction

import pytest
from sqlalchemy import select

from bank import registry
from bank.authoring import Measurement
from bank.exams.regrader import Regrader, Replaced
from bank.notation.values import Constant
from bank.store.tables import ATTEMPTS
from tests.api.test_carried_errors import ITEM
from tests.api.test_correcting import confirm, correct
from tests.banks import bank_on
from tests.corrected import answer, give
from tests.drawn_banks import laid_out, some
from workers import regrading

FIRST, LATER = (registry.get(part["family"]) for part in ITEM["parts"])


@pytest.fixture
def service(service_on_each, monkeypatch):
    monkeypatch.setattr(regrading, "SETTLING_SECONDS", 0.0)
    return service_on_each


@pytest.mark.parametrize(("scoring", "wanted"), [("all", [0.0]), ("per_option", [0.5])])
def test_selections_score_as_the_bank_says(service, scoring, wanted):
    store = service.store
    (variant,) = some(1, "permutation_invariant_aggregators", "multiple_choice")
    bank = laid_out(store, [[variant]], points=1.0, multiple_choice=scoring)
    answer(store, give(store, bank, "eve", variant.id), "eve", variant.id, {"choices": ["a"]})
    private = json.loads(variant.private)
    private["answer"] |= {"choices": ["a", "b"]}
    replaced = Replaced(variant.public, variant.public, json.dumps(private).encode(), variant.family, variant.params)
    regrader = Regrader(store, store.corrections.create(bank, 1, "a test", "nobody", {}, {"annul": []}), replaced)
    found = [regrader.decide(holder, given, lower=True) for holder, given in store.regrading.holders(bank, variant.id)]
    assert [each.best / private["points"] for each in found] == wanted


@contextmanager
def broken(monkeypatch, family, solve):
    """The family as it was: its solver is wrong, and its measurement shares the fault."""
    with monkeypatch.context() as fault:
        fault.setattr(family, "version", classmethod(lambda _: "of yesterday"))
        fault.setattr(family, "solve", solve)
        measure = classmethod(lambda _, lab, found: [Measurement(solve(each), tolerance=1e-9) for each in found])
        fault.setattr(family, "measure", measure)
        yield


def drawn(service, bank):
    found = service.post(f"/v1/banks/{bank}/draws", "lms", json={"learner": "eve"}).json
    return [variant["id"] for variant in found["items"][0]["variants"]]


def grade(service, variant, value):
    body = {"response": {"value": str(value)}, "learner": "eve"}
    return service.post(f"/v1/variants/{variant}/grade", "lms", json=body).json["score"]


def best(store):
    with store.database.reading() as connection:
        return dict(connection.execute(select(ATTEMPTS.c.variant, ATTEMPTS.c.best)).all())


def steps_ratio(kappa, solve=LATER.solve):
    return float(solve(LATER.from_json({"kappa": kappa})))


def test_right_for_a_wrong_answer_is_right_by_the_mended_key(service, monkeypatch):
    def solve(question, sound=LATER.solve):
        key = sound(question)
        return Constant(f"1.37*({key.text})", 1.37 * float(key))

    with broken(monkeypatch, LATER, solve):
        bank = bank_on(service.store, [ITEM])
        first, later = drawn(service, bank)
        question = FIRST.from_json(service.store.variants.find(first).params)
        mistake = next(wrong.value for wrong in question.distractors() if wrong.value > 1)
        assert [grade(service, first, mistake), grade(service, later, steps_ratio(str(mistake)))] == [0, 0]
    confirm(service, correct(service, bank))
    assert best(service.store) == {first: 0, later: 4}


def test_a_part_that_builds_on_a_mended_answer_is_mended_with_it(service, monkeypatch):
    def solve(question, sound=FIRST.solve):
        return sound(question) + Fraction(7, 3)

    with broken(monkeypatch, FIRST, solve):
        bank = bank_on(service.store, [ITEM])
        first, later = drawn(service, bank)
        question = FIRST.from_json(service.store.variants.find(first).params)
    right = question.solve()
    assert [grade(service, first, right), grade(service, later, steps_ratio(str(right)))] == [0, 0]
    found = correct(service, bank)
    assert found["totals"]["changed"] == 4
    confirm(service, found)
    assert best(service.store) == {first: FIRST.points, later: 4}
