"""Draws in the record, on both databases: the same on every call, even, and fresh for a further chance."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from bank.errors import Closed, NoFurtherChance, NothingToDraw, NotOpen, NotPublished, UnknownVariant
from bank.exams.new_draws import Wish
from bank.exams.policies import Policies
from bank.store.exam_tables import BANKS, MEMBERS, REVISIONS
from bank.store.tables import VARIANTS, now
from tests.drawn_banks import drawing, drawn, in_state, laid_out, some


@pytest.fixture(scope="module")
def variants():
    return some(12)


@pytest.fixture
def bank(store, variants):
    return laid_out(store, [variants[:5], variants[5:9]], [variants[9:11], variants[11:]])


@pytest.fixture
def draws(store):
    return drawing(store)


def test_a_draw_is_the_same_on_every_call_and_in_every_process(store, bank, draws):
    first = draws.draw(Wish(bank, "ada"))
    again = [draws.draw(Wish(bank, "ada")), drawing(store).draw(Wish(bank, "ada"))]
    assert first.is_new
    assert [(each.is_new, each.draw) for each in again] == [(False, first.draw)] * 2
    assert store.draws.find(first.draw.id).draws == [first.draw]
    assert store.draws.find("draw-ffffffffffffffff") is None
    assert [(each.item, each.slot, each.part) for each in first.draw.variants] == [(0, 0, 0), (1, 0, 0)]


def test_parallel_calls_give_everybody_one_draw_and_every_variant_its_share(store, bank):
    both = [drawing(store), drawing(store)]  # as two processes
    learners = [f"learner {number}" for number in range(40)]
    calls = [(both[turn % 2], learner) for turn in range(4) for learner in learners]
    with ThreadPoolExecutor(8) as many:
        found = list(many.map(lambda call: (call[1], tuple(drawn(call[0], bank, call[1]))), calls))
    assert len(set(found)) == 40
    for item, size in enumerate((5, 4)):
        counts = Counter(given[item] for _, given in set(found))
        assert len(counts) == size
        assert max(counts.values()) - min(counts.values()) <= 1
    with store.database.reading() as connection:
        assert connection.execute(BANKS.select()).one().drawn == 40


def test_nobody_practises_with_what_is_asked_in_the_exam(store, bank, draws, variants):
    exam = {variant for n in range(10) for variant in drawn(draws, bank, f"learner {n}")}
    practice = {variant for n in range(10) for variant in drawn(draws, bank, f"learner {n}", pool="practice", count=3)}
    assert exam == {variant.id for variant in variants[:9]}
    assert practice == {variant.id for variant in variants[9:]}
    assert len(drawn(draws, bank, "ada", pool="practice", count=2)) == 3


def test_practice_does_not_disturb_the_shares_of_the_exam(store, bank, draws):
    counts = Counter()
    for number in range(20):
        drawn(draws, bank, f"practising {number}", pool="practice")
        counts.update(drawn(draws, bank, f"learner {number}"))
    assert sorted(counts.values()) == [4] * 5 + [5] * 4


@pytest.mark.parametrize("state", ["withdrawn", "disputed", "drawn"])
def test_what_is_not_verified_any_more_is_not_given_out(store, bank, draws, variants, state):
    gone = variants[0].id
    in_state(store, gone, state)
    assert gone not in {variant for n in range(12) for variant in drawn(draws, bank, f"learner {n}")}
    in_state(store, gone, "verified")
    assert gone in {variant for n in range(12) for variant in drawn(draws, bank, f"later {n}")}


def test_what_was_drawn_stays_drawn(store, bank, draws):
    first = drawn(draws, bank, "ada")
    in_state(store, first[0], "withdrawn")
    store.banks.archive(bank)
    assert drawn(draws, bank, "ada") == first
    with pytest.raises(NotPublished):
        drawn(draws, bank, "grace")


def test_a_stale_variant_is_drawn_once_its_key_was_looked_at_again(store, bank, draws, variants):
    old = variants[0]
    with store.database.writing() as connection:
        connection.execute(update(VARIANTS).where(VARIANTS.c.id == old.id).values(version="an old one"))
    assert old.id not in {variant for n in range(12) for variant in drawn(draws, bank, f"learner {n}")}
    with store.database.writing() as connection:
        connection.execute(update(MEMBERS).where(MEMBERS.c.variant == old.id).values(checked=old.version))
    assert old.id in {variant for n in range(12) for variant in drawn(draws, bank, f"later {n}")}


def test_an_item_of_which_nothing_is_left_is_named_and_nothing_is_kept(store, bank, draws, variants):
    for variant in variants[5:9]:
        in_state(store, variant.id, "disputed")
    with pytest.raises(NothingToDraw, match="item 1"):
        drawn(draws, bank, "ada")
    assert store.of_learners.draws(bank, "ada", "exam").draws == []


def test_a_further_chance_is_a_fresh_draw(store, bank, draws):
    found = [drawn(draws, bank, "ada")]
    with pytest.raises(NoFurtherChance):
        drawn(draws, bank, "ada", occasion=2)
    store.draws.allow(bank, "ada", {"chances": 4})
    assert drawn(draws, bank, "ada") == found[0]  # which is not used up
    found += [drawn(draws, bank, "ada", occasion=number) for number in (2, 3, 4)]
    assert len({variant for draw in found for variant in draw}) == 8
    assert len(set(drawn(draws, bank, "ada", occasion=5)) - {draw[1] for draw in found}) == 1  # item 1 has no fifth
    assert [drawn(draws, bank, "ada", occasion=number) for number in (1, 2, 3, 4)] == found
    with pytest.raises(NoFurtherChance):
        drawn(draws, bank, "ada", occasion=6)
    with pytest.raises(NoFurtherChance):
        drawn(draws, bank, "grace", occasion=2)


def test_a_chance_is_used_by_itself_once_the_time_is_over(store, variants, draws):
    bank = laid_out(store, [variants], minutes=1e-6)
    first = drawn(draws, bank, "ada")
    assert drawn(draws, bank, "ada") == first
    store.draws.allow(bank, "ada", {"chances": 1})
    assert drawn(draws, bank, "ada") != first
    assert len(store.of_learners.draws(bank, "ada", "exam").draws) == 2


def test_times_hold_for_the_exam_and_not_for_practice(store, variants, draws):
    later = laid_out(store, [variants[:2]], [variants[2:4]], opens=now() + 100)
    gone = laid_out(store, [variants[4:6]], [variants[6:8]], closes=now() - 100)
    for bank, refusal in ((later, NotOpen), (gone, Closed)):
        with pytest.raises(refusal):
            drawn(draws, bank, "ada")
        assert drawn(draws, bank, "ada", pool="practice")
    store.draws.allow(gone, "ada", {"extra_minutes": 2})
    assert drawn(draws, gone, "ada")
    with pytest.raises(Closed):
        drawn(draws, gone, "grace")


def test_only_what_is_published_is_drawn(store, bank, draws):
    with store.database.writing() as connection:
        connection.execute(update(BANKS).values(published=None))
    with pytest.raises(NotPublished):
        drawn(draws, bank, "ada")
    with pytest.raises(UnknownVariant):
        drawn(draws, "bank-ffffffffffffffff", "ada")


def test_what_a_learner_has_beyond_others_is_kept_member_by_member(store, bank):
    assert store.draws.allow(bank, "ada", {"extra_minutes": 30}).chances == 0
    found = store.draws.allow(bank, "ada", {"chances": 2})
    assert (found.extra_minutes, found.chances) == (30, 2)
    assert store.draws.allow(bank, "ada", {}) == found
    drawing(store).draw(Wish(bank, "ada"))
    assert store.of_learners.draws(bank, "ada", "exam").allowance == found


def test_a_variant_is_held_by_the_newest_draw_with_it(store, variants, draws):
    kept = json.dumps({"0": {"value": 7}})
    bank = laid_out(store, [[tuple(variants[:2])]], carried=kept)
    first = draws.draw(Wish(bank, "ada")).draw
    store.draws.allow(bank, "ada", {"chances": 1, "extra_minutes": 5})
    second = draws.draw(Wish(bank, "ada", occasion=2)).draw
    assert [each.variant for each in first.variants] == [each.variant for each in second.variants]
    held, before = store.of_learners.holding(variants[1].id, "ada")
    assert before.draw == first.id
    assert (held.draw, held.part, held.carried, held.extra_minutes) == (second.id, 1, kept, 5)
    assert store.of_learners.holding(variants[0].id, "ada")[0].carried is None
    assert store.of_learners.holding(variants[0].id, "grace") == store.of_learners.holding(variants[2].id, "ada") == []


@pytest.mark.parametrize(("closes", "counts"), [(None, "exam"), (4e9, "exam"), (1.0, "practice")])
def test_practice_in_one_bank_changes_nothing_of_an_exam_in_another(store, variants, draws, closes, counts):
    exam = laid_out(store, [variants[:1]])
    practice = laid_out(store, [variants[1:2]], practice=[variants[:1]])
    made = {"exam": draws.draw(Wish(exam, "ada")).draw, "practice": draws.draw(Wish(practice, "ada", "practice")).draw}
    with store.database.writing() as connection:
        policies = Policies(closes=closes).to_json()
        blueprint = json.loads(store.draws.blueprint(exam, 1)) | {"policies": policies}
        connection.execute(update(REVISIONS).where(REVISIONS.c.bank == exam).values(blueprint=json.dumps(blueprint)))
    assert drawing(store).terms(variants[0].id, "ada", None).draw == made[counts].id
