"""Published banks of chosen variants, written into the record without a worker; and draws of them."""

import json
from itertools import count

from sqlalchemy import update

from bank import registry
from bank.exams.blueprint import Blueprint, Item, Part
from bank.exams.drawing import Drawing
from bank.exams.new_draws import Wish
from bank.exams.policies import Policies
from bank.store.exam_tables import BANKS, ITEMS, MEMBERS, REVISIONS
from bank.store.tables import VARIANTS, WORK
from tests.secret import IDENTITY, named

NUMBERS = count(1)


def some(number, family="quadratic_layer_ratio", kind="numeric"):
    """So many variants that differ."""
    drafts = (registry.get(family).draft(seed, kind) for seed in range(20 * number))
    return list({variant.id: variant for variant in map(named, drafts)}.values())[:number]


def laid_out(store, items, practice=(), points=2.0, carried=None, **policies):
    """The id of a published bank. Items are lists of variants, or of tuples of them that belong together."""
    bank = f"bank-{next(NUMBERS):016x}"
    pools = {"exam": items, "practice": practice or [[] for _ in items]}
    every = [variant for pool in pools.values() for groups in pool for group in groups for variant in _together(group)]
    store.variants.add(every, "bulk")
    blueprint = Blueprint(tuple(_item(groups[0], points) for groups in items), Policies(**policies))
    with store.database.writing() as connection:
        connection.execute(update(VARIANTS).values(state="verified"))
        connection.execute(update(WORK).values(state="done"))
        connection.execute(BANKS.insert().values(id=bank, name="Resit", created=1.0, published=1))
        row = {"bank": bank, "revision": 1, "seed": 7, "created": 1.0, "published": 1.0}
        connection.execute(REVISIONS.insert().values(**row, blueprint=json.dumps(blueprint.to_json())))
        for item in range(len(items)):
            connection.execute(ITEMS.insert().values(bank=bank, revision=1, item=item, wanted=1, built=1))
            connection.execute(MEMBERS.insert(), _members(bank, item, pools, carried))
    return bank


def _together(group):
    return group if isinstance(group, tuple) else (group,)


def _item(group, points):
    return Item(tuple(Part(variant.family, variant.kind, {}, points) for variant in _together(group)), 1)


def _members(bank, item, pools, carried):
    places = count()
    return [
        {"bank": bank, "revision": 1, "item": item, "place": place, "part": part, "variant": variant.id, "pool": pool}
        | {"question": variant.content, "looks": variant.looks, "carried": carried if part else None}
        for pool, groups in pools.items()
        for place, group in zip(places, groups[item], strict=False)
        for part, variant in enumerate(_together(group))
    ]


def drawing(store, identity=IDENTITY):
    return Drawing(store, identity)


def drawn(drawing, bank, learner, **wish):
    """The variants of a learner's draw."""
    return [each.variant for each in drawing.draw(Wish(bank, learner, **wish)).draw.variants]


def in_state(store, variant, state):
    with store.database.writing() as connection:
        connection.execute(update(VARIANTS).where(VARIANTS.c.id == variant).values(state=state))
