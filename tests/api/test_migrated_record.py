"""A record of before variants had a content: it is migrated, and what it held is served and graded as it was."""

import json

import pytest
from sqlalchemy import column, table

from api.views.variants import WORK
from bank import kinds, registry
from bank.identity import public
from bank.store import Store
from bank.variant import ready
from tests.secret import named

EVIDENCE = b'{"verdict":"confirmed"}'


def old_id(draft):
    """Names were the digest of what a student sees."""
    return f"{draft.family}-{draft.looks[:16]}"


def old_private(draft):
    """Nobody counted then how much work a question is."""
    return ready({name: value for name, value in json.loads(draft.private).items() if name not in WORK})


def old_row(draft, state):
    name = old_id(draft)
    return {
        "id": name, "family": draft.family, "version": draft.version, "kind": draft.kind, "seed": draft.seed,
        "params": json.dumps(draft.params), "state": state, "public": public(name, draft.seen),
        "private": old_private(draft), "evidence": None if state == "drawn" else EVIDENCE, "created": 1.0,
    }  # fmt: skip


@pytest.fixture
def drafts():
    """One of every family in every kind, and more than are migrated at once of one."""
    families = registry.all_families().values()
    many = [registry.get("quadratic_layer_ratio").draft(seed) for seed in range(700)]
    each = [family.rehearsed(seed, kind) for family in families for kind in family.kinds for seed in range(2)]
    return {old_id(draft): draft for draft in [*many, *each]}


@pytest.fixture
def store(database_url, drafts):
    """Filled as the code of revision 0001 did, then migrated."""
    store = Store(database_url)
    store.migrate("0001")
    rows = [old_row(draft, ("verified", "disputed", "drawn")[n % 8 % 3]) for n, draft in enumerate(drafts.values())]
    with store.database.writing() as connection:
        connection.execute(table("variants", *map(column, rows[0])).insert(), rows)
    store.migrate()
    store.ready()
    yield store
    store.close()


def test_every_old_variant_keeps_its_id_and_gets_the_content_that_it_has(store, drafts):
    assert len(drafts) > 500
    for name, draft in drafts.items():
        found = store.variants.find(name)
        assert (found.content, found.looks, found.superseded_by) == (draft.content, draft.looks, None)
        assert (found.public, found.private) == (public(name, draft.seen), old_private(draft))


@pytest.fixture
def service(service_on_each):
    return service_on_each


def test_old_variants_are_served_and_graded_to_the_byte(service, store, drafts):
    states = {name: store.variants.find(name).state for name in drafts}
    verified = [name for name, state in states.items() if state == "verified"]
    assert {drafts[name].kind for name in verified} >= {"single_choice", "numeric", "expression"}
    for name in verified[::20] + verified[-20:]:
        found = service.get(f"/v1/variants/{name}", "student")
        assert (found.status_code, found.data) == (200, public(name, drafts[name].seen))
        assert found.headers["ETag"] == f'"{name}"'
        private = json.loads(drafts[name].private)
        right = kinds.get(private["kind"]).samples(private["shape"], private["answer"]).right[0]
        assert service.post(f"/v1/variants/{name}/grade", "lms", json={"response": right}).json["correct"] is True


def test_an_old_question_drawn_again_has_a_new_id(service, drafts):
    found = service.post("/v1/variants", json={"family": "quadratic_layer_ratio", "seed": 1})
    draft = registry.get("quadratic_layer_ratio").draft(1)
    assert found.status_code == 202
    assert found.json["id"] == named(draft).id
    assert found.json["id"] not in drafts
