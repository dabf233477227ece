"""What corrections are about, in tests: a family whose fault the lab shares, learners who were given variants of it."""

import json
from contextlib import contextmanager
from functools import partial

from sqlalchemy import select

from bank import attempts, registry
from bank.authoring import Measurement
from bank.kinds import grading
from bank.store import Answer
from bank.store.exam_tables import DRAWN, DRAWS, REGRADES
from bank.store.tables import ATTEMPTS, RESPONSES, now
from tests.banks import bank_on

REDUNDANT = registry.get("redundant_parameters")
ITEMS = ({"family": "redundant_parameters", "count": 3, "kind": "numeric", "points": 4},)
RULES = attempts.AttemptRules(limit=3)


def solved_wrong(question):
    return question.N * question.M * (question.M - 1) // 2 + 1


@contextmanager
def of_yesterday(monkeypatch):
    """The family as it was: its key is one too many, and its measurement shares the fault."""
    with monkeypatch.context() as fault:
        fault.setattr(REDUNDANT, "version", classmethod(lambda family: "of yesterday"))
        fault.setattr(REDUNDANT, "solve", solved_wrong)
        fault.setattr(REDUNDANT, "measured", lambda question, lab: Measurement(solved_wrong(question), tolerance=0.0))
        yield fault


def wrong_bank(store, monkeypatch, items=ITEMS):
    """The id of a published bank whose keys are wrong, and its variants."""
    with of_yesterday(monkeypatch):
        bank = bank_on(store, items)
    return bank, [member.variant for member in store.banks.members(bank, 1, None, 100)]


def give(store, bank, learner, *variants):
    """A draw of the bank gives the learner these variants; its id."""
    with store.database.writing() as connection:
        place = len(connection.execute(select(DRAWS.c.id)).all())
        draw = f"draw-{place:016x}"
        row = {"id": draw, "bank": bank, "revision": 1, "learner": learner, "pool": "exam", "occasion": 1}
        connection.execute(DRAWS.insert().values(**row, place=place, made=now()))
        for slot, variant in enumerate(variants):
            row = {"draw": draw, "item": 0, "slot": slot, "part": 0, "learner": learner, "variant": variant}
            connection.execute(DRAWN.insert().values(**row))
    return draw


def answer(store, draw, learner, variant, response):
    """What the learner is told."""
    private = json.loads(store.variants.find(variant).private)
    judge = partial(attempts.judge, RULES, private, grading.grade(private, response))
    return store.attempts.spend(Answer(variant, learner, response, draw=draw), judge)


def right(store, variant, add=0):
    """The right response to a variant of the wrong bank, or one that is so much more."""
    params = store.variants.find(variant).params
    return {"value": str(params["N"] * params["M"] * (params["M"] - 1) // 2 + add)}


def rows(store, table):
    with store.database.reading() as connection:
        return connection.execute(select(table)).mappings().all()


def audit(store):
    return sorted(rows(store, REGRADES), key=lambda row: (row["learner"], row["attempt"]))


def best(store):
    return {row["learner"]: row["best"] for row in rows(store, ATTEMPTS)}


def told(store):
    return [(row["id"], row["response"], row["result"]) for row in rows(store, RESPONSES)]
