"""A bank as a file: the same bytes whenever it is asked for, and the same bank on another machine."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bank.store import Store
from bank.store.exam_tables import MEMBERS
from tests.api.conftest import Service
from tests.banks import ITEMS, bank_on, build

OTHER = "of another installation, and not ours"
GROUP = {"parts": [{"family": "gd_rate"}, {"family": "optimal_learning_rate"}], "shared": ["eigenvalues"], "count": 2}


def exported(service, bank, **options):
    return service.get(f"/v1/banks/{bank}/exports/json", "lms", **options)


@pytest.fixture
def elsewhere(settings, tmp_path):
    """Another installation, with another secret."""
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    store = Store(url)
    store.migrate()
    service = Service(replace(settings, database_url=url, secret=OTHER), store)
    yield service
    service.close()
    store.close()


def rows(manifest, *names):
    places = [manifest["columns"].index(name) for name in names]
    return [tuple(str(row[place]) for place in places) for row in manifest["variants"]]


def test_a_published_revision_is_the_same_file_for_ever(service):
    bank = bank_on(service.store, [*ITEMS, GROUP], practice=1)
    first = exported(service, bank)
    assert first.headers["Content-Disposition"] == 'attachment; filename="Resit-1.json"'
    service.post(f"/v1/banks/{bank}/regenerate", json={})
    build(service.store)
    with service.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE members SET checked = 'later'")
        connection.exec_driver_sql("UPDATE variants SET state = 'disputed'")
    assert exported(service, bank).data == first.data
    again = exported(service, bank, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_is_not_published_is_not_exported(service):
    bank = service.post("/v1/banks", json={"name": "New", "items": list(ITEMS)}).json["bank"]
    assert exported(service, bank).status_code == 409
    assert service.get(f"/v1/banks/{bank}/exports/xml", "lms").status_code == 422


def test_another_installation_makes_the_same_bank_of_it_with_other_ids(service, elsewhere):
    bank = bank_on(service.store, [*ITEMS, GROUP], practice=1)
    manifest = exported(service, bank).json
    made = elsewhere.post("/v1/imports", json=manifest | {"variants": manifest["variants"][:5]})
    assert (made.status_code, made.json["taken"], made.json["refused"]) == (202, 5, [])
    here = made.json["bank"]
    for _ in range(2):  # a part may come twice
        more = elsewhere.post(f"/v1/imports/{here}/variants", json={"variants": manifest["variants"][5:]})
        assert more.json["taken"] == len(manifest["variants"]) - 5
    build(elsewhere.store)
    assert elsewhere.post(f"/v1/banks/{here}/publish", json={}).json["published"] == 1
    theirs = exported(elsewhere, here).json
    same = ("item", "place", "part", "pool", "content", "seed", "params")
    assert rows(theirs, *same) == rows(manifest, *same)
    assert not set(rows(theirs, "id")) & set(rows(manifest, "id"))
    assert theirs["blueprint"] == manifest["blueprint"]
    digests = [one.store.banks.revision(name, 1).digest for one, name in ((service, bank), (elsewhere, here))]
    assert digests[0] == digests[1]
    looked = elsewhere.get(f"/v1/banks/{here}").json["shown"]["items"]
    assert [item["built"] for item in looked] == [7, 5, 3]


def test_rows_that_are_other_questions_here_are_counted_and_stop_nobody(service, elsewhere):
    manifest = exported(service, bank_on(service.store)).json
    changed = [list(row) for row in manifest["variants"]]
    changed[0][manifest["columns"].index("content")] = "0" * 64
    changed[1][manifest["columns"].index("params")] = {"M": 10**6}
    made = elsewhere.post("/v1/imports", json=manifest | {"variants": changed})
    assert made.json["taken"] == len(changed) - 2
    assert sum(each["count"] for each in made.json["refused"]) == 2
    build(elsewhere.store)
    (first, _) = elsewhere.get(f"/v1/banks/{made.json['bank']}").json["shown"]["items"]
    assert (first["built"], sum(each["count"] for each in first["refused"])) == (4, 2)


WRONG = [
    ("item", 7), ("item", -1), ("place", 10**9), ("pool", "none"), ("family", "../x"), ("seed", "1"), ("params", 3),
    ("content", "zz"), ("id", "a b"), ("kind", "text"), ("part", True),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value"), WRONG)
def test_a_row_that_cannot_be_is_named(service, place, value):
    manifest = exported(service, bank_on(service.store)).json
    row = list(manifest["variants"][2])
    row[manifest["columns"].index(place)] = value
    refused = service.post("/v1/imports", json=manifest | {"variants": [*manifest["variants"][:2], row]})
    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/variants/2"
    assert len(service.get("/v1/banks").json["items"]) == 1


def test_the_same_secret_gives_the_same_ids(service):
    bank = bank_on(service.store)
    manifest = exported(service, bank).json
    again = service.post("/v1/imports", json=manifest).json["bank"]
    assert [m["variant"] for m in service.get(f"/v1/banks/{again}").json["variants"]] == [
        row[-1] for row in manifest["variants"]
    ]


BUILDS_ON = {
    "count": 2,
    "parts": [
        {"family": "optimal_rate", "kind": "numeric", "params": {"ask": "kappa"}},
        {"family": "momentum_steps_ratio", "kind": "numeric", "params": {"kappa": {"answer_of": 0}}},
    ],
}


def kept_after_mistakes(service, bank):
    found = select(MEMBERS.c.carried).where(MEMBERS.c.bank == bank, MEMBERS.c.part == 1).order_by(MEMBERS.c.place)
    with service.store.database.reading() as connection:
        return list(connection.execute(found).scalars())


@pytest.mark.parametrize("first", [4, 1, 3], ids=["at once", "cut through a group", "cut through the last group"])
def test_what_builds_on_a_wrong_answer_is_right_after_an_import_too(service, elsewhere, first):
    bank = bank_on(service.store, [BUILDS_ON])
    manifest = exported(service, bank).json
    made = elsewhere.post("/v1/imports", json=manifest | {"variants": manifest["variants"][:first]}).json
    elsewhere.post(f"/v1/imports/{made['bank']}/variants", json={"variants": manifest["variants"][first:]})
    kept = kept_after_mistakes(elsewhere, made["bank"])
    assert kept == kept_after_mistakes(service, bank)
    assert len(kept) == 2
    assert all(kept)


def test_a_part_whose_earlier_one_is_another_or_not_here_is_none(service, elsewhere):
    manifest = exported(service, bank_on(service.store, [BUILDS_ON])).json
    first, second, third, fourth = manifest["variants"]
    crossed = [third[:1] + first[1:2] + third[2:], second, fourth]
    made = elsewhere.post("/v1/imports", json=manifest | {"variants": crossed}).json
    assert made["taken"] == 1
    assert made["refused"] == [{"reason": "momentum_steps_ratio builds on a part that is not here", "count": 2}]


def test_a_group_that_lacks_a_part_is_not_counted_and_not_published(service, elsewhere):
    manifest = exported(service, bank_on(service.store, [GROUP, ITEMS[1]])).json
    made = elsewhere.post("/v1/imports", json=manifest | {"variants": manifest["variants"][1:]}).json
    build(elsewhere.store)
    path = f"/v1/banks/{made['bank']}"
    assert [item["built"] for item in elsewhere.get(path).json["shown"]["items"]] == [1, 4]
    assert elsewhere.post(f"{path}/publish", json={}).status_code == 200
    assert len(elsewhere.get(path).json["variants"]) == 6
    drawn = elsewhere.post(f"{path}/draws", "lms", json={"learner": "ada"}).json
    assert [len(item["variants"]) for item in drawn["items"]] == [2, 1]


def test_nothing_is_added_to_what_is_published(service):
    bank = bank_on(service.store, practice=1)
    manifest = exported(service, bank).json
    again = service.post(f"/v1/imports/{bank}/variants", json={"variants": manifest["variants"]})
    assert (again.status_code, again.json["type"]) == (409, "/docs#unchangeable")
    assert exported(service, bank).json == manifest


def test_a_variant_stands_in_the_pool_that_its_place_says(service):
    manifest = exported(service, bank_on(service.store)).json
    row = list(manifest["variants"][0])
    row[manifest["columns"].index("pool")] = "practice"
    refused = service.post("/v1/imports", json=manifest | {"variants": [row]})
    assert refused.json["errors"][0]["pointer"] == "/variants/0"


def test_an_item_that_came_for_practice_alone_is_not_published(service):
    manifest = exported(service, bank_on(service.store, practice=1)).json
    practice = [row for row in manifest["variants"] if row[3] == "practice"]
    made = service.post("/v1/imports", json=manifest | {"variants": practice}).json
    build(service.store)
    refused = service.post(f"/v1/banks/{made['bank']}/publish", json={})
    assert (refused.status_code, refused.json["detail"]) == (409, "nothing was built of the items 0, 1")


def test_the_gaps_that_a_manifest_leaves_can_be_built(service):
    manifest = exported(service, bank_on(service.store, [ITEMS[0], GROUP], practice=1)).json
    some = [row for row in manifest["variants"] if (row[0], row[1]) in {(0, 0), (0, 3), (0, 6), (1, 1)} or row[2] == 1]
    made = service.post("/v1/imports", json=manifest | {"variants": some}).json
    path = f"/v1/banks/{made['bank']}"
    assert [item["built"] for item in service.get(path).json["shown"]["items"]] == [3, 1]
    assert service.post(f"{path}/resume").status_code == 202
    build(service.store)
    found = service.get(path).json
    assert [item["built"] for item in found["shown"]["items"]] == [7, 3]
    assert [(each["item"], each["place"], each["part"]) for each in found["variants"]] == [
        *((0, place, 0) for place in range(7)),
        *((1, place, part) for place in range(3) for part in (0, 1)),
    ]
    assert [each["place"] for each in found["variants"] if each["pool"] == "practice"] == [6, 2, 2]
    assert service.post(f"{path}/publish", json={}).status_code == 200
