"""A record as the code of revision 0006 left it: variants, work in all states, answers, calls, keys and results."""

import json

from sqlalchemy import MetaData, column, select, table

from bank import registry
from tests.secret import named

REVISION = "0006"
MOMENT = 1_790_000_000.25
SCORES = {  # of 3, in the order given; None waits for a person
    ("ada", 0): [0, 3],
    ("grace", 0): [0, 0, 0],
    ("Zoë", 1): [None, 1.5],
    ("'; DROP TABLE responses; --", 1): [0],
    ("ada", 2): [3],
    ("eve", 2): [],  # a standing without any response
}
CALLS = [  # caller, key, learner, variant, attempt
    ("moodle", "first", "ada", 0, 1),
    ("moodle", "second", "ada", 0, 2),
    ("canvas", "first", "Zoë", 1, 2),
]
STATES = ("verified", "verified", "verified", "disputed", "drawn", "drawn", "drawn", "drawn")
WORK = ("done", "done", "done", "done", "open", "leased", "failed", "cancelled")
VARIANTS = [named(registry.get("quadratic_layer_ratio").draft(seed)) for seed in range(len(STATES))]


def fill(connection):
    for name, rows in ROWS.items():
        for row in rows():
            connection.execute(table(name, *map(column, row)).insert(), row)


def contents(connection, columns=None):
    """All rows of the tables, or of some `columns` of them: {table: rows in order}; says of what they are."""
    tables = MetaData()
    tables.reflect(connection)
    columns = columns or {each.name: [mine.name for mine in each.columns] for each in tables.sorted_tables}
    found = {}
    for name in columns.keys() - {"alembic_version"}:
        rows = connection.execute(select(*(tables.tables[name].c[each] for each in columns[name]))).all()
        found[name] = sorted(map(tuple, rows), key=repr)
    return found, columns


def told(learner, place, attempt):
    """What was told of a response."""
    scores = SCORES[learner, place][:attempt]
    score = scores[-1]
    best = max((each for each in scores if each is not None), default=None)
    counted = sum(each is not None for each in scores)
    result = {"score": score, "max_score": 3, "correct": None if score is None else score == 3, "parts": []}
    return result | {"feedback": [], "attempts_left": 3 - counted, "worth": 1.0, "best_score": best}


def response(learner, attempt):
    return {"value": f"{learner} {attempt}"}


def variants():
    for variant, state in zip(VARIANTS, STATES, strict=True):
        yield {
            "id": variant.id, "family": variant.family, "version": variant.version, "kind": variant.kind,
            "seed": variant.seed, "params": json.dumps(variant.params), "state": state, "public": variant.public,
            "private": variant.private, "evidence": b"{}" if state == "verified" else None, "created": MOMENT,
            "content": variant.content, "looks": variant.looks,
            "superseded_by": VARIANTS[0].id if state == "disputed" else None,
        }  # fmt: skip


def jobs():
    for state in dict.fromkeys(WORK):
        count = WORK.count(state)
        yield {
            "id": f"job-{state}", "kind": "verify", "request": json.dumps({"families": {VARIANTS[0].family: count}}),
            "result": '{"kept": 4}' if state == "done" else None, "total": count,
            "done": count if state == "done" else 0, "failed": count if state == "failed" else 0, "created": MOMENT,
            "started": MOMENT if state == "done" else None, "cancelled": MOMENT if state == "cancelled" else None,
        }  # fmt: skip


def work():
    for variant, state in zip(VARIANTS, WORK, strict=True):
        held = state == "leased"
        yield {
            "task": "verify", "subject": variant.id, "batch": variant.family, "seconds": 0.5,
            "progress": 0.25 if held else 0.0, "job": f"job-{state}", "queue": "bulk",
            "state": "open" if held else state, "attempts": int(state != "open"), "lease": "dead" if held else None,
            "lease_until": MOMENT if held else None, "holder": "gone:1" if held else None,
            "reason": "poison" if state == "failed" else None, "queued": MOMENT,
        }  # fmt: skip


def keys():
    for name, scope, revoked in (("moodle", "lms", None), ("canvas", "lms", MOMENT), ("root", "admin", None)):
        yield {
            "prefix": name, "digest": f"{scope:0>64}", "scope": scope, "name": f"of {name}", "created": MOMENT,
            "revoked": revoked,
        }  # fmt: skip


def attempts():
    for (learner, place), scores in SCORES.items():
        counted = [score for score in scores if score is not None]
        yield {
            "variant": VARIANTS[place].id, "learner": learner, "used": len(counted), "given": len(scores),
            "best": max(counted, default=None), "closed": MOMENT if 3 in counted else None,
        }  # fmt: skip


def responses():
    for (learner, place), scores in SCORES.items():
        for attempt, score in enumerate(scores, 1):
            yield {
                "variant": VARIANTS[place].id, "learner": learner, "attempt": attempt,
                "response": json.dumps(response(learner, attempt)), "result": json.dumps(told(learner, place, attempt)),
                "given": MOMENT + attempt, "counted": score is not None,
            }  # fmt: skip


def calls():
    for api_key, name, learner, place, attempt in CALLS:
        yield {
            "api_key": api_key, "idempotency_key": name, "variant": VARIANTS[place].id, "learner": learner,
            "attempt": attempt,
        }  # fmt: skip


def results():
    found = {"value": '{"loss":[0.5]}', "seconds": 12.5, "device": "cpu", "created": MOMENT}
    yield {"key": "training/1"} | found | {"claimed_by": None, "claimed_until": None}
    nothing = dict.fromkeys(found)
    yield {"key": "training/2"} | nothing | {"claimed_by": "somebody", "claimed_until": MOMENT}


def watchers():
    yield {"job": "job-done", "key": "moodle"}


def assets():
    yield {"sha256": "a" * 64, "media_type": "image/svg+xml", "content": b"<svg/>"}


ROWS = {  # in the order in which they refer to one another
    "variants": variants, "jobs": jobs, "work": work, "watchers": watchers, "keys": keys, "attempts": attempts,
    "responses": responses, "calls": calls, "results": results, "assets": assets,
}  # fmt: skip
