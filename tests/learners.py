"""Draws and audit records of learners, written as they stand in the record."""

import json

from bank.store.exam_tables import ALLOWANCES, BANKS, CORRECTIONS, DRAWN, DRAWS, ITEMS, MARKS, REGRADES, REVISIONS


def given_draw(store, learner, variant, number=1):
    """A published bank of its own, of which the learner has drawn the variant; returns the ids of bank and draw."""
    bank, draw = f"bank-{number:016x}", f"draw-{number:016x}"
    revision = {"bank": bank, "revision": 1}
    drawn = {"draw": draw, "item": 0, "slot": 0, "part": 0, "learner": learner, "variant": variant}
    with store.database.writing() as connection:
        connection.execute(BANKS.insert().values(id=bank, name="Resit", created=1.0, published=1))
        connection.execute(REVISIONS.insert().values(**revision, blueprint="{}", seed=1, created=1.0))
        connection.execute(ITEMS.insert().values(**revision, item=0, wanted=1, built=1))
        about = {"learner": learner, "pool": "exam", "occasion": 1, "place": 0, "made": 1.0}
        connection.execute(DRAWS.insert().values(id=draw, **revision, **about))
        connection.execute(DRAWN.insert().values(**drawn))
        connection.execute(ALLOWANCES.insert().values(bank=bank, learner=learner, extra_minutes=20.0, chances=1))
    return bank, draw


def regrade(store, bank, place, score, moment):
    """A row of the audit record; `place` is that of the response, attempt 0 where there was none."""
    name = f"correction-{moment:.0f}"
    after = json.dumps({"score": score, "max_score": 3, "correct": score == 3})
    about = {"who": "key ada", "reason": "a wrong key"}
    with store.database.writing() as connection:
        made = {"id": name, "bank": bank, "revision": 1, "request": "{}", "created": moment}
        connection.execute(CORRECTIONS.insert().values(**made, **about))
        connection.execute(REGRADES.insert().values(correction=name, **place, after=after, moment=moment, **about))


def marks(store):
    with store.database.reading() as connection:
        return connection.execute(MARKS.select().order_by(MARKS.c.number)).all()
