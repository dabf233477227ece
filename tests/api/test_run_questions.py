"""Questions about a run: finished by the worker that makes it, with its figure, and made once for all who share it."""

import json

from sqlalchemy import select

from bank.cache import Cache
from bank.lab import Lab
from bank.results import KeptResults
from bank.store.tables import RESULTS
from logs import make_log
from tests.api.conftest import NOWHERE
from tests.secret import IDENTITY
from workers.worker import Worker
from workers.working import work_off_queue

EDITS = ["learning_rate_0.1", "dropout_0", "tanh_on_logits", "beta2_0.99"]


def worker_with(store, cache_url):
    """A worker that has just started."""
    results = KeptResults(store.results, Cache(cache_url), 60)
    return Worker(store, IDENTITY, results, Lab(memory=results), make_log("ERROR"), lease_seconds=60, task_seconds=50)


def asked(service, edits, seed=1):
    params = {"edits": edits, "widths": [48, 24]}
    return service.post("/v1/variants", json={"family": "mlp_defects", "seed": seed, "params": params})


def trained(store):
    """The keys of all results of experiments in the record, and when each was made."""
    with store.database.reading() as connection:
        made = dict(connection.execute(select(RESULTS.c.key, RESULTS.c.created)).all())
    return {key: created for key, created in made.items() if not key.startswith("judged/")}


def test_a_question_about_a_run_is_finished_with_its_figure(service):
    drawn = asked(service, EDITS)
    assert (drawn.status_code, drawn.json["state"]) == (202, "drawn")
    name = drawn.json["id"]
    assert service.get(f"/v1/variants/{name}", "student").status_code == 202
    work_off_queue(worker_with(service.store, NOWHERE), "training")
    shown = service.get(f"/v1/variants/{name}", "student")
    assert (shown.status_code, shown.json["id"], shown.headers["ETag"]) == (200, name, f'"{name}"')
    (figure,) = shown.json["figures"]
    assert service.get(figure["href"], None).content_type.startswith("image/svg+xml")
    assert service.get(figure["png"], None).data.startswith(b"\x89PNG")
    assert figure["data"]["columns"] == ["training step", "validation accuracy"]
    assert len(figure["data"]["rows"]) == 10
    assert "lr=0.1" in shown.json["stem"]["text"]
    full = service.get(f"/v1/variants/{name}?view=full").json
    assert full["evidence"]["verdict"] == "confirmed"
    assert full["evidence"]["run"]["device"] == "cpu"
    assert [full["looks"] != "", full["seed"], full["params"]["edits"]] == [True, 1, EDITS]
    right = {"choices": full["answer"]["choices"]}
    assert len(right["choices"]) == 2
    grade = service.post(f"/v1/variants/{name}/grade", "lms", json={"response": right})
    assert grade.json["correct"] is True
    assert asked(service, EDITS).json["id"] == name


def test_two_variants_of_one_run_pay_once_after_a_flush_and_a_restart_too(service, redis_server):
    first = asked(service, EDITS).json["id"]
    work_off_queue(worker_with(service.store, redis_server.cache_url), "training")
    kept = trained(service.store)
    assert any(key.startswith("printed_mlp/") for key in kept)
    redis_server.flush()
    second = asked(service, EDITS[::-1]).json["id"]
    assert second != first
    work_off_queue(worker_with(service.store, redis_server.cache_url), "training")
    assert [service.store.variants.find(name).state for name in (first, second)] == ["verified", "verified"]
    assert trained(service.store) == kept
    one, other = (json.loads(service.store.variants.find(name).public) for name in (first, second))
    assert one["figures"] == other["figures"]
