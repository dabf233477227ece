"""Which variants a draw gets, without a record: even, the same for ever, and told by nothing but the secret."""

import random
from collections import Counter

import pytest

from bank.errors import NoFurtherChance, NothingToDraw
from bank.exams.draws import Pool, occasion
from bank.identity import Identity
from tests.secret import IDENTITY

POOL = Pool(
    "bank-1/1/exam", [[(f"{item}.{number}",) for number in range(size)] for item, size in enumerate((7, 12, 1))]
)


def one_each(pool, place, identity=IDENTITY, **more):
    return [group[0] for (group,) in pool.drawn(identity, place, 1, **more)]


@pytest.mark.parametrize("draws", [1, 5, 84, 100, 1000])
def test_every_variant_is_given_out_as_often_as_any_other(draws):
    for item, groups in enumerate(POOL.items):
        counts = Counter({group[0]: 0 for group in groups})
        counts.update(one_each(POOL, place)[item] for place in range(draws))
        assert max(counts.values()) - min(counts.values()) <= 1


def test_each_round_of_each_item_has_an_order_of_its_own():
    rounds = [tuple(one_each(POOL, 12 * turn + place)[1] for place in range(12)) for turn in range(20)]
    assert len(set(rounds)) == 20
    assert all(set(order) == set(rounds[0]) for order in rounds)


def test_the_order_of_asking_changes_nothing():
    places = list(range(50))
    before = [one_each(POOL, place) for place in places]
    random.Random(1).shuffle(places)
    assert all(one_each(Pool(POOL.name, POOL.items), place) == before[place] for place in places)


def test_whoever_has_the_code_and_another_secret_guesses_no_better_than_by_chance():
    pool = Pool("bank-1/1/exam", [[(f"{number}",) for number in range(20)]])
    guesses = [one_each(pool, place, Identity(f"guess {place % 10}".encode())) for place in range(1000)]
    pool = Pool(pool.name, pool.items)
    hits = sum(guess == one_each(pool, place) for place, guess in enumerate(guesses))
    assert abs(hits - 50) < 4 * (1000 / 20 * 19 / 20) ** 0.5  # four standard deviations


def test_what_is_passed_over_is_replaced_by_the_next_of_the_order():
    order = [one_each(POOL, place)[0] for place in range(7)]
    assert one_each(POOL, 0, passed={order[0]})[0] == order[1]
    assert one_each(POOL, 6, passed={order[6], order[0]})[0] == order[1]
    with pytest.raises(NothingToDraw, match="item 2"):
        POOL.drawn(IDENTITY, 0, 1, {"2.0"})


def test_an_item_without_further_questions_keeps_nobody_from_practising_the_others():
    pool = Pool("bank-1/1/practice", [[("0.0",)], [], [("2.0",), ("2.1",)]])
    first, nothing, last = pool.drawn(IDENTITY, 0, 2)
    assert (first, nothing, sorted(last)) == ([("0.0",)], [], [("2.0",), ("2.1",)])
    with pytest.raises(NothingToDraw, match="this pool has no variants"):
        Pool("bank-1/1/practice", [[], []]).drawn(IDENTITY, 0, 1)


def test_what_was_given_before_comes_only_where_there_is_no_other():
    order = [one_each(POOL, place)[0] for place in range(7)]
    assert one_each(POOL, 0, before=set(order[:3]))[0] == order[3]
    assert one_each(POOL, 0, before=set(order))[0] == order[0]
    assert one_each(POOL, 0, before=set(order) | {"2.0"})[2] == "2.0"


def test_several_of_an_item_differ():
    found = POOL.drawn(IDENTITY, 5, 4)
    assert [len({group[0] for group in groups}) for groups in found] == [4, 4, 1]
    assert len(POOL.drawn(IDENTITY, 1, 20)[0]) == 7


def test_parts_that_belong_together_are_drawn_and_passed_over_together():
    pool = Pool("bank-1/1/exam", [[("a1", "a2"), ("b1", "b2")]])
    assert pool.drawn(IDENTITY, 0, 1, {"a2"}) == [[("b1", "b2")]]
    assert pool.size == 4


@pytest.mark.parametrize(
    ("asked", "last", "chances", "over", "expected"),
    [
        (None, 0, 0, False, 1),
        (None, 1, 0, True, 1),
        (None, 1, 1, False, 1),
        (None, 1, 1, True, 2),
        (None, 2, 1, True, 2),
        (1, 2, 1, True, 1),
        (2, 1, 1, False, 2),
    ],
)
def test_a_chance_is_used_when_the_draw_before_is_over_or_when_asked_for(asked, last, chances, over, expected):
    assert occasion(asked, last, chances, lambda: over) == expected


@pytest.mark.parametrize(("asked", "last", "chances"), [(2, 0, 3), (2, 1, 0), (3, 1, 5), (3, 2, 1)])
def test_no_occasion_comes_out_of_its_turn_or_without_a_chance(asked, last, chances):
    with pytest.raises(NoFurtherChance):
        occasion(asked, last, chances, lambda: True)
