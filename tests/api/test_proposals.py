"""What a correction announces is what it then does, with parts that build on one another and the earlier one mended."""

import json
from collections import Counter
from contextlib import contextmanager

import pytest

from bank import registry
from bank.authoring import Measurement
from bank.exams.regrader import Regrader
from bank.store import regrading as stored_regrading
from bank.store.regrading import Regrading
from bank.store.tables import ATTEMPTS
from tests.api.test_carried_errors import PARTS
from tests.api.test_correcting import confirm, correct
from tests.banks import bank_on
from tests.corrected import REDUNDANT, audit, right, rows
from tests.corrected import of_yesterday as solved_wrong
from workers import counting, regrading

FIRST, LATER = (registry.get(part["family"]) for part in PARTS)
NARROW = PARTS[0] | {"params": {"ask": "kappa", "rate": {"from": ["1/2", "3/5"]}}}
ITEM = {"parts": [NARROW, PARTS[1]], "count": 2}
SOUND = FIRST.solve
RIGHT, LISTED, OTHER, NONSENSE = "right", "the wrong key, a mistake", "another mistake", "nonsense"
LEARNERS = {  # what they take the condition number to be in part 1, and in part 2
    "right on both": (RIGHT, RIGHT),
    "wrong, and carried forward": (OTHER, OTHER),
    "right by the wrong key, and carried forward": (LISTED, LISTED),
    "right by the wrong key, and wrong": (LISTED, NONSENSE),
    "right by the wrong key in the second alone": (NONSENSE, LISTED),
    "right, and wrong": (RIGHT, NONSENSE),
    "wrong, and right": (NONSENSE, RIGHT),
    "wrong on both": (NONSENSE, NONSENSE),
}


@pytest.fixture
def service(service_on_each, monkeypatch):
    monkeypatch.setattr(regrading, "SETTLING_SECONDS", 0.0)
    return service_on_each


def wrong(question):
    """The key of yesterday: a mistake that is listed today."""
    return SOUND(question) if question.rate is None else 1 / (1 - question.rate)


@contextmanager
def of_yesterday(monkeypatch):
    """The earlier part as it was, with a measurement that shares the fault."""
    distractors = FIRST.distractors
    measure = classmethod(lambda _, lab, found: [Measurement(wrong(each), tolerance=1e-9) for each in found])
    with monkeypatch.context() as fault:
        fault.setattr(FIRST, "version", classmethod(lambda _: "of yesterday"))
        fault.setattr(FIRST, "solve", wrong)
        fault.setattr(FIRST, "distractors", lambda asked: (w for w in distractors(asked) if w.value != wrong(asked)))
        fault.setattr(FIRST, "measure", measure)
        yield


def taken(question, what):
    """What a learner takes the condition number to be."""
    values = {RIGHT: SOUND(question), LISTED: wrong(question), OTHER: wrong(question) ** 2, NONSENSE: 50}
    return values[what]


def steps(kappa):
    return str(float(LATER.from_json({"kappa": str(kappa)}).solve()))


def drawn(service, bank, learner):
    found = service.post(f"/v1/banks/{bank}/draws", "lms", json={"learner": learner}).json
    return [variant["id"] for variant in found["items"][0]["variants"]]


def grade(service, variant, learner, value):
    body = {"response": {"value": value}, "learner": learner}
    return service.post(f"/v1/variants/{variant}/grade", "lms", json=body).json["score"]


def answered(service, bank, learners=LEARNERS):
    for learner, (first, later) in learners.items():
        parts = drawn(service, bank, learner)
        question = FIRST.from_json(service.store.variants.find(parts[0]).params)
        values = (str(taken(question, first)), steps(taken(question, later)))
        told = [grade(service, part, learner, value) for part, value in zip(parts, values, strict=True)]
        assert told == [2 * (first == LISTED), 4 * (later == LISTED or (first == OTHER == later))]


@pytest.fixture
def bank(service, monkeypatch):
    """Of two parts, of which the earlier one had a wrong key; many have answered both."""
    with of_yesterday(monkeypatch):
        made = bank_on(service.store, [ITEM])
        answered(service, made)
        drawn(service, made, "late")
    return made


def points(found, which="points"):
    """By variant: gain and loss."""
    return {each["variant"]: (each[which]["gain"], each[which]["loss"]) for each in found["variants"]}


def audited(store, variants):
    """By variant, what the audit record says that learners gain and lose."""
    gain, loss = Counter(), Counter()
    for row in audit(store):
        change = json.loads(row["after"])["score"] - json.loads(row["before"])["score"]
        (gain if change > 0 else loss)[row["variant"]] += abs(change)
    return {variant: (gain[variant], loss[variant]) for variant in variants}


def by_learner(store):
    """The best scores at both parts."""
    family = {name: store.variants.find(name).family for name in {row["variant"] for row in rows(store, ATTEMPTS)}}
    standings = {(row["learner"], family[row["variant"]]): row["best"] for row in rows(store, ATTEMPTS)}
    return {learner: (standings[learner, FIRST.name()], standings[learner, LATER.name()]) for learner in LEARNERS}


RAISED = {
    "right on both": (2, 4),
    "wrong, and carried forward": (0, 4),
    "right by the wrong key, and carried forward": (2, 4),
    "right by the wrong key, and wrong": (2, 0),
    "right by the wrong key in the second alone": (0, 4),
    "right, and wrong": (2, 0),
    "wrong, and right": (0, 4),
    "wrong on both": (0, 0),
}
LOWERED = RAISED | {
    "right by the wrong key, and carried forward": (0, 4),
    "right by the wrong key, and wrong": (0, 0),
    "right by the wrong key in the second alone": (0, 0),
}


@pytest.mark.parametrize(("lower", "wanted"), [(False, RAISED), (True, LOWERED)])
def test_parts_that_build_on_one_another_are_announced_as_they_are_applied(service, bank, lower, wanted):
    found = correct(service, bank)
    assert found["totals"]["changed"] == 4
    announced = {variant: (gain, loss * lower) for variant, (gain, loss) in points(found).items()}
    assert (found["totals"]["gain"], found["totals"]["loss"]) == (2 * 2 + 2 * 4, 2 * 2 + 1 * 4)
    applied = confirm(service, found, lower=lower)
    assert by_learner(service.store) == wanted
    assert announced == audited(service.store, announced) == points(applied, "applied")
    assert points(applied) == points(found)


def test_a_part_is_regraded_by_what_was_answered_before_it_and_not_afterwards(service, monkeypatch):
    with of_yesterday(monkeypatch):
        bank = bank_on(service.store, [ITEM])
        answered(service, bank, {"eve": (OTHER, OTHER)})
        first, later = drawn(service, bank, "eve")
        question = FIRST.from_json(service.store.variants.find(first).params)
        assert grade(service, first, "eve", str(taken(question, LISTED))) == 2
    found = correct(service, bank)
    assert {each["variant"]: each["points"]["loss"] for each in found["variants"]}[later] == 0
    confirm(service, found, lower=True)
    assert {row["variant"]: row["best"] for row in rows(service.store, ATTEMPTS)} == {first: 0, later: 4}


def test_what_takes_long_is_counted_little_by_little_and_nothing_twice(service, bank, monkeypatch):
    whole, decide, calls = points(correct(service, bank)), Regrader.decide, iter(range(1000))

    def fails_now_and_then(regrader, *given, **more):
        assert next(calls) % 5 != 3, "a fault of this moment"
        return decide(regrader, *given, **more)

    monkeypatch.setattr(counting, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(Regrader, "decide", fails_now_and_then)
    found = correct(service, bank)
    assert (found["state"], points(found)) == ("proposed", whole)
    assert next(calls) > 2 * len(LEARNERS)
    job = service.get(f"/v1/jobs/{found['job']}").json
    assert (job["state"], job["done"], job["total"]) == ("succeeded", 8, 8)


def test_what_takes_long_is_regraded_in_turns_and_nothing_twice(service, bank, monkeypatch):
    found, apply, turns = correct(service, bank), Regrading.apply, []

    def fails_now_and_then(self, *given):
        turns.append(apply(self, *given))
        assert len(turns) % 4 != 3, "a fault of this moment"
        return turns[-1]

    monkeypatch.setattr(regrading, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(stored_regrading, "DRAWS_AT_ONCE", 1)
    monkeypatch.setattr(Regrading, "apply", fails_now_and_then)
    applied = confirm(service, found, lower=True)
    assert turns.count(None) > len(LEARNERS)
    assert by_learner(service.store) == LOWERED
    assert points(found) == audited(service.store, points(found)) == points(applied, "applied")


def test_what_came_in_since_is_told_and_so_is_what_it_changed(service, bank):
    found = correct(service, bank)
    assert found["totals"]["since"] == 0
    answered(service, bank, {"late": (RIGHT, RIGHT)})
    later = service.get(f"/v1/corrections/{found['id']}").json
    assert (later["totals"]["since"], points(later)) == (2, points(found))
    applied = confirm(service, found)
    assert applied["totals"]["applied"] == {"gain": found["totals"]["gain"] + 6, "loss": 0}
    assert points(applied, "applied") == audited(service.store, points(found))


def test_what_another_correction_has_regraded_since_has_to_be_proposed_again(service, bank):
    found, other = correct(service, bank), correct(service, bank)
    confirm(service, other)
    refused = service.post(f"/v1/corrections/{found['id']}/confirm", json={})
    assert refused.status_code == 409
    assert refused.json["detail"].startswith("another correction has regraded some of the same since")
    assert service.get(f"/v1/corrections/{found['id']}").json["state"] == "proposed"


def test_a_key_that_follows_from_one_that_the_lab_refutes_is_never_applied(service, bank, monkeypatch):
    before = by_learner(service.store)
    with monkeypatch.context() as fault:
        fault.setattr(FIRST, "solve", lambda question: SOUND(question) + 2)
        found = correct(service, bank)
    assert {each["finding"] for each in found["variants"]} == {"unproven"}
    whys = {each["family"]: each["why"] for each in found["variants"]}
    assert "the lab finds" in whys[FIRST.name()]
    assert whys[LATER.name()] == counting.BEFORE
    assert (found["totals"]["gain"], found["totals"]["loss"]) == (0, 0)
    confirm(service, found, lower=True)
    assert (by_learner(service.store), audit(service.store)) == (before, [])


def test_what_was_corrected_wrongly_is_corrected_back(service, monkeypatch):
    bank = bank_on(service.store, [ITEM])
    for learner in LEARNERS:
        first, later = drawn(service, bank, learner)
        right = SOUND(FIRST.from_json(service.store.variants.find(first).params))
        assert [grade(service, first, learner, str(right)), grade(service, later, learner, steps(right))] == [2, 4]
    with of_yesterday(monkeypatch):
        found = correct(service, bank)
        assert points(confirm(service, found, lower=True), "applied") == points(found)
    assert set(by_learner(service.store).values()) == {(0, 0)}
    found = correct(service, bank)
    assert found["totals"]["changed"] == 4
    assert points(confirm(service, found), "applied") == points(found)
    assert set(by_learner(service.store).values()) == {(2, 4)}
    assert service.post(f"/v1/banks/{bank}/corrections", json={"reason": "again"}).status_code == 409


def test_a_chain_of_parts_is_mended_from_its_first_one(service, monkeypatch):
    every = ({"ask": "kappa", "rate": "3/5"}, {"ask": "rate", "kappa": {"answer_of": 0}})
    every += ({"ask": "kappa", "rate": {"answer_of": 1}},)
    with of_yesterday(monkeypatch):
        bank = bank_on(service.store, [{"parts": [PARTS[0] | {"params": params} for params in every], "count": 1}])
    found = {each["variant"]: each["after"]["exact"] for each in correct(service, bank)["variants"]}
    assert [found[member.variant] for member in service.store.banks.members(bank, 1, None, 3)] == ["4", "3/5", "4"]


TERMS = {"attempts": 3, "penalty": 0.25, "choice_worth": [1.0, 0.5]}
KINDS = [{"family": REDUNDANT.name(), "count": 4, "kind": kind, "points": 4} for kind in ("numeric", "single_choice")]


def tried(service, bank, number):
    """A learner draws twice and answers all of it, up to three times, the wrong key and the right one among it."""
    learner = f"learner {number}"
    service.store.draws.allow(bank, learner, {"chances": 1})
    for occasion in (1, 2):
        told = service.post(f"/v1/banks/{bank}/draws", "lms", json={"learner": learner, "occasion": occasion}).json
        for variant in (each["id"] for item in told["items"] for each in item["variants"]):
            for attempt in range(number % 4):
                body = {"response": said(service.store, variant, number + attempt), "learner": learner}
                service.post(f"/v1/variants/{variant}/grade", "lms", json=body)


def said(store, variant, number):
    """The right answer, one more, one less, or whatever option has this place."""
    found = store.variants.find(variant)
    if found.kind == "numeric":
        return right(store, variant, add=(0, 1, -1)[number % 3])
    return {"choice": json.loads(found.public)["choices"][number % 4]["id"]}


@pytest.mark.parametrize("lower", [False, True])
def test_attempts_second_draws_and_annulled_variants_are_announced_as_they_are_applied(service, monkeypatch, lower):
    with solved_wrong(monkeypatch):
        bank = bank_on(service.store, KINDS, policies=TERMS)
        for number in range(12):
            tried(service, bank, number)
    annulled = [member.variant for member in service.store.banks.members(bank, 1, None, 100)][::3]
    before = best_of_draws(service.store)
    found = correct(service, bank, annul=annulled)
    counts = [found["totals"][name] for name in ("changed", "annulled", "unproven", "same")]
    assert (counts, found["totals"]["gain"] > 0, found["totals"]["loss"] > 0) == ([5, 3, 0, 0], True, True)
    applied = confirm(service, found, lower=lower)
    after, changes = best_of_draws(service.store), {each["variant"]: [0, 0] for each in found["variants"]}
    for place, score in after.items():
        change = (score or 0) - (before.get(place) or 0)
        changes[place[1]][change < 0] += abs(change)
    wanted = {variant: (gain, loss * lower) for variant, (gain, loss) in points(found).items()}
    assert points(applied, "applied") == wanted == {name: tuple(each) for name, each in changes.items()}


def best_of_draws(store):
    return {(row["draw"], row["variant"]): row["best"] for row in rows(store, ATTEMPTS)}
