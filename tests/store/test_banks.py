"""Banks: what is built, in which order, and what happens to it."""

import pytest

import workers.building
from bank import registry
from bank.errors import BadParams, IdempotencyKeyReused, NotPublishable, Unchangeable
from bank.exams import building, reading
from bank.exams.drawing import Drawing
from bank.exams.new_draws import Wish
from bank.store import Call, Store
from tests.banks import ITEMS, bank_on, build, ordered
from tests.secret import IDENTITY

CALL = Call("abc", "once")


def members(store, bank, revision=1):
    return store.banks.members(bank, revision, None, 1000)


def plan(items=ITEMS, seed=7, **more):
    return building.plan(reading.read({"items": list(items), **more}), seed)


def test_a_bank_holds_so_many_distinct_verified_variants_of_each_item(store):
    bank = bank_on(store)
    found = members(store, bank)
    assert [(member.item, member.place) for member in found] == [(0, n) for n in range(6)] + [(1, n) for n in range(4)]
    assert len({member.variant for member in found}) == 10
    assert {(member.family, member.kind, member.state) for member in found} == {
        ("quadratic_layer_ratio", "single_choice", "verified"),
        ("gd_rate", "numeric", "verified"),
    }
    assert (store.banks.find(bank).state, store.banks.find(bank).built) == ("published", 10)


def test_the_same_blueprint_and_seed_give_the_same_variants_on_two_machines(store, tmp_path):
    other = Store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    other.migrate()
    first, second, another = bank_on(store), bank_on(other), bank_on(store, seed=8)
    variants = [[member.variant for member in members(*each)] for each in ((store, first), (other, second))]
    assert variants[0] == variants[1]
    assert not set(variants[0]) & {member.variant for member in members(store, another)}
    other.close()


def test_items_that_are_alike_have_other_questions(store):
    bank = bank_on(store, [ITEMS[0], ITEMS[0] | {"kind": "numeric"}, ITEMS[0]])
    with_answers = [store.variants.find(member.variant) for member in members(store, bank)]
    params = [tuple(sorted((name, str(value)) for name, value in each.params.items())) for each in with_answers]
    assert len(set(params)) == len(params) == 18


def test_parts_of_a_group_share_their_numbers(store):
    parts = [{"family": name} for name in ("gd_steps_needed", "optimal_learning_rate")]
    bank = bank_on(store, [{"parts": parts, "shared": ["eigenvalues"], "count": 3}])
    found = [store.variants.find(member.variant).params["eigenvalues"] for member in members(store, bank)]
    assert found[0::2] == found[1::2]
    assert len({str(each) for each in found}) == 3
    assert store.jobs.find(store.banks.revision(bank, 1).job).total == 6


def test_a_small_space_is_built_whole_and_the_bank_says_that_there_is_no_more(store):
    item = {"family": "quadratic_layer_ratio", "kind": "numeric", "count": 50, "params": {"N": 2, "layer": "sym"}}
    item["params"] |= {"M": {"from": [4, 6, 8]}, "ask": "ratio"}
    made = ordered(store, [item])
    build(store)
    (found,) = store.banks.items(made["bank"], 1)
    job = store.jobs.find(made["job"])
    assert (found.built, found.exhausted) == (3, True)
    assert (job.state, job.done, job.total) == ("succeeded", 3, 3)
    assert job.result["exhausted"] == [0]
    assert sum(found.refused.values()) + found.built == found.tried


def test_the_practice_pool_comes_after_the_exam_pool_and_has_other_questions(store):
    bank = bank_on(store, practice=3)
    found = members(store, bank)
    assert [member.pool for member in found] == 6 * ["exam"] + 3 * ["practice"] + 4 * ["exam"] + 3 * ["practice"]
    assert len({member.variant for member in found}) == len(found)


def test_what_is_published_stays_as_it_is_when_a_revision_is_added(store):
    bank = bank_on(store)
    before = members(store, bank)
    store.banks.regenerate(bank, plan(seed=9))
    assert (store.banks.find(bank).state, store.banks.find(bank).published) == ("building", 1)
    build(store)
    assert members(store, bank) == before
    assert not {member.variant for member in before} & {member.variant for member in members(store, bank, 2)}
    store.banks.publish(bank, 2)
    assert store.banks.find(bank).published == 2


def test_nothing_is_published_before_it_is_whole(store):
    made = ordered(store)
    with pytest.raises(NotPublishable, match="being built"):
        store.banks.publish(made["bank"], 1)
    store.jobs.cancel(made["job"])
    with pytest.raises(NotPublishable, match="nothing was built"):
        store.banks.publish(made["bank"], 1)


def test_what_was_built_before_a_cancellation_is_kept_and_the_rest_can_be_built(store):
    made = ordered(store, [ITEMS[0], ITEMS[1]])
    lease = store.work.lease("bulk", 1, 60, 1e6)
    store.work.finish(lease, [lease.pieces[0].subject], lambda *_: None)
    store.jobs.cancel(made["job"])
    assert store.banks.find(made["bank"]).state == "ready"
    job = store.banks.resume(made["bank"], 1, plan())
    assert store.jobs.find(job).total in (4, 6)
    build(store)
    assert store.jobs.find(job).state == "succeeded"


@pytest.fixture
def begun(store, monkeypatch):
    """A bank whose job was cancelled when two of six variants were built."""
    made, keep = ordered(store, ITEMS[:1]), store.building.keep

    def keep_and_cancel(*chunk):
        kept = keep(*chunk)
        store.jobs.cancel(made["job"])
        return kept

    with monkeypatch.context() as patched:
        patched.setattr(workers.building, "AT_ONCE", 2)
        patched.setattr(store.building, "keep", keep_and_cancel)
        build(store)
    assert (store.banks.find(made["bank"]).built, store.banks.find(made["bank"]).state) == (2, "ready")
    return made["bank"]


def test_what_is_published_is_not_built_further(store, begun):
    store.banks.publish(begun, 1)
    before = members(store, begun)
    with pytest.raises(Unchangeable, match="never changes"):
        store.banks.resume(begun, 1, plan(ITEMS[:1]))
    build(store)
    assert members(store, begun) == before


def test_whoever_resumes_last_is_told_the_job_that_builds(store, begun):
    job = store.banks.resume(begun, 1, plan(ITEMS[:1]))
    assert store.banks.resume(begun, 1, plan(ITEMS[:1])) == job
    build(store)
    assert store.jobs.find(job).state == "succeeded"
    assert len(members(store, begun)) == 6


def test_nothing_new_comes_into_a_bank_that_is_archived(store, begun):
    store.banks.archive(begun)
    for change in (
        lambda: store.banks.publish(begun, 1),
        lambda: store.banks.regenerate(begun, plan()),
        lambda: store.banks.resume(begun, 1, plan(ITEMS[:1])),
    ):
        with pytest.raises(Unchangeable, match="archived"):
            change()
    assert (store.banks.find(begun).published, store.banks.find(begun).revision) == (None, 1)


def test_what_was_given_out_for_the_exam_is_not_practised_by_the_same_bank(store):
    bank = bank_on(store, ITEMS[:1], practice=2)
    found = {member.place: member.variant for member in members(store, bank)}
    drawing = Drawing(store, IDENTITY)
    for learner in range(6):
        drawing.draw(Wish(bank, f"learner {learner}"))
    store.banks.regenerate(bank, plan([ITEMS[0] | {"count": 3}], practice=3))
    build(store)
    assert found[5] in {member.variant for member in members(store, bank, 2) if member.pool == "practice"}
    with pytest.raises(NotPublishable, match="given out in the other pool"):
        store.banks.publish(bank, 2)
    store.banks.regenerate(bank, plan([ITEMS[0] | {"count": 3}], seed=8, practice=3))
    build(store)
    store.banks.publish(bank, 3)


def test_a_repeated_call_makes_one_bank(store):
    first = store.banks.create("Resit", plan(), CALL, {"name": "Resit"})
    assert store.banks.create("Resit", plan(seed=8), CALL, {"name": "Resit"}) == first
    with pytest.raises(IdempotencyKeyReused):
        store.banks.create("Other", plan(), CALL, {"name": "Other"})
    assert len(store.banks.newest(None, 10)) == 1


def test_an_item_that_can_be_no_fair_question_is_named(store):
    with pytest.raises(BadParams) as error:
        plan([ITEMS[0], {"family": "gd_rate", "count": 2, "params": {"eigenvalues": ["1", "2"], "eta": "100"}}])
    assert error.value.problems[0].pointer.startswith("/items/1/params")


def test_what_the_lab_does_not_confirm_is_counted_and_ends_by_itself(store, monkeypatch):
    """A family whose every key is refuted gives no variants, and others are built all the same."""
    family = registry.get("widest_hidden_layer")
    monkeypatch.setattr(family, "solve", lambda self: 12345)
    made = ordered(store, [{"family": "widest_hidden_layer", "count": 5, "kind": "numeric"}, ITEMS[1]])
    build(store)
    refuted, others = store.banks.items(made["bank"], 1)
    assert (refuted.built, refuted.exhausted, others.built) == (0, True, 4)
    assert refuted.refused["the lab did not confirm the key"] >= 20
    assert store.jobs.find(made["job"]).state == "succeeded"


def test_what_fails_whichever_candidate_is_tried_ends_by_itself(store, monkeypatch):
    def break_down(*_):
        raise MemoryError

    monkeypatch.setattr(workers.building, "verify", break_down)
    made = ordered(store, [{"family": "quadratic_layer_ratio", "count": 5, "kind": "numeric"}])
    build(store)
    (item,) = store.banks.items(made["bank"], 1)
    assert (item.built, item.exhausted) == (0, True)
    assert (len(item.refused), store.jobs.find(made["job"]).state) == (1, "succeeded")
