"""What learners were given, asked for by many at one moment, on both databases: each is told their own."""

import pytest

from bank.errors import StoreUnavailable
from bank.exams.new_draws import Wish
from bank.store import Store
from tests.at_once import at_once
from tests.drawn_banks import drawing, laid_out, some

AT_ONCE = 16
LEARNERS = [f"learner {number}" for number in range(2 * AT_ONCE)]


@pytest.fixture(scope="module")
def variants():
    return some(12)


@pytest.fixture
def banks(store, variants):
    """Two that give out the same variants; every other learner has drawn, of the second with more time."""
    found = [laid_out(store, [variants[:5], variants[5:9]], [variants[9:11], variants[11:]]) for _ in range(2)]
    for learner in LEARNERS[::2]:
        store.draws.allow(found[1], learner, {"extra_minutes": float(len(learner))})
        for bank in found:
            for pool in ("exam", "practice"):
                drawing(store).draw(Wish(bank, learner, pool))
    return found


def test_draws_are_each_learners_own(store, banks):
    calls = [(bank, learner, pool) for learner in LEARNERS for bank in banks for pool in ("exam", "practice")]
    alone = [store.of_learners.draws(*call) for call in calls]
    assert at_once(store.of_learners.draws, calls, AT_ONCE) == alone
    for (bank, learner, pool), found in zip(calls, alone, strict=True):
        assert [(draw.bank, draw.learner, draw.pool) for draw in found.draws] == (
            [(bank, learner, pool)] if learner in LEARNERS[::2] else []
        )
        has_more = bank == banks[1] and learner in LEARNERS[::2]
        assert found.allowance.extra_minutes == (len(learner) if has_more else 0)


def test_a_variant_is_held_by_the_draws_that_gave_it_to_this_learner(store, banks, variants):
    calls = [(variant.id, learner) for learner in LEARNERS for variant in variants]
    alone = [store.of_learners.holding(*call) for call in calls]
    assert at_once(store.of_learners.holding, calls, AT_ONCE) == alone
    given = {
        (each.variant, learner, draw.id)
        for learner in LEARNERS
        for bank in banks
        for pool in ("exam", "practice")
        for draw in store.of_learners.draws(bank, learner, pool).draws
        for each in draw.variants
    }
    told = {(*call, held.draw) for call, found in zip(calls, alone, strict=True) for held in found}
    assert told == given
    assert len(given) == len(LEARNERS) // 2 * 2 * 4


def test_all_are_told_that_the_database_is_away(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/nowhere/record.sqlite")
    (tmp_path / "nowhere").write_text("a file, where a folder would have to be")

    def ask(learner):
        with pytest.raises(StoreUnavailable):
            store.of_learners.holding("", learner)
        return learner

    assert at_once(ask, [(learner,) for learner in LEARNERS], AT_ONCE) == LEARNERS
