"""Domains draw what they count, and take from a client what they say."""

from fractions import Fraction
from random import Random
from types import SimpleNamespace

import pytest

from bank.authoring import Drawn, Either, Integers, OneOf, Optional, Rationals, Squares, Subset
from bank.errors import BadParams

EIGHTHS = tuple(Fraction(k, 8) for k in range(1, 6))
SOME = Subset(Rationals(EIGHTHS, 0, 10), EIGHTHS, 2, 3, min=1, max=4)
COUNTED = [
    SOME,
    Squares(Integers(0, 1), 1, 2),
    Either(("often", "seldom"), 0.9),
    Drawn(Integers(0, 9), lambda rng, drawn: rng.choice((2, 4)), 2),
]


@pytest.mark.parametrize("domain", COUNTED, ids=lambda domain: type(domain).__name__)
def test_a_domain_draws_as_many_values_as_it_says_and_takes_each_back(domain):
    rng = Random(0)
    drawn = {domain.draw(rng) for _ in range(2000)}
    assert len(drawn) == domain.size
    assert all(domain.read(value, "/params/it") == value for value in drawn)


def test_a_subset_is_drawn_in_rising_order_and_a_client_may_set_more_members_in_any():
    assert all(list(drawn) == sorted(drawn) for drawn in (SOME.draw(Random(seed)) for seed in range(50)))
    assert SOME.read([4, 3, 2, 1], "/params/it") == (4, 3, 2, 1)
    assert (SOME.schema()["minItems"], SOME.schema()["maxItems"]) == (1, 4)


@pytest.mark.parametrize(
    ("domain", "given"),
    [(SOME, [1, 1]), (SOME, [1, 2, 3, 4, 5]), (Squares(Integers(0, 9), 2, 3), [[1, 2, 3], [4, 5, 6]])],
)
def test_what_a_domain_does_not_have_is_refused_by_its_name(domain, given):
    with pytest.raises(BadParams) as refused:
        domain.read(given, "/params/it")
    assert [problem.pointer for problem in refused.value.problems] == ["/params/it"]


def test_the_first_of_either_comes_as_often_as_it_says():
    rng = Random(0)
    often = sum(Either(("often", "seldom"), 0.9).draw(rng) == "often" for _ in range(2000))
    assert 1740 < often < 1860


def test_a_rule_knows_what_was_drawn_before():
    follower = Drawn(OneOf((True, False)), lambda rng, drawn: drawn["a"] > 3)
    assert [follower.draw_after(Random(0), {"a": a}) for a in (3, 4)] == [False, True]


def test_an_optional_parameter_is_drawn_and_fits_where_another_one_says_so():
    optional = Optional(Integers(1, 9), "ask", "width")
    assert [optional.draw_after(Random(0), {"ask": ask}) is None for ask in ("width", "depth")] == [False, True]
    fits = [optional.fits(value, SimpleNamespace(ask=ask)) for ask in ("width", "depth") for value in (3, None)]
    assert fits == [True, False, False, True]


def test_another_name_of_a_value_is_read_as_the_value():
    domain = OneOf(("linear", "mean"), aliases=(("a", "linear"),))
    assert domain.read("a", "/params/setting") == domain.read("linear", "/params/setting") == "linear"
    assert domain.schema() == {"enum": ["linear", "mean", "a"]}
    assert set(domain.every()) == {"linear", "mean"}


@pytest.mark.parametrize(
    ("domain", "given", "detail"),
    [
        (Integers(1, 8), "2", 'it must be an integer; "2" was given'),
        (Integers(1, 8), True, "it must be an integer; true was given"),
        (Integers(1, 8), 1e300, "it must be from 1 to 8; 1e+300 was given"),
        (Rationals(EIGHTHS, 0, 10), "2/0", 'it divides by zero; "2/0" was given'),
        (OneOf((True, None, 3, "x")), "y", 'it must be one of true, null, 3, x; "y" was given'),
        (SOME, ["1", "a"], "it[1] must be an exact number such as 3, 0.4 or '2/5'; \"a\" was given"),
        (Squares(Integers(0, 9), 2, 2), [[1, 2], [3, "4"]], 'it[1][1] must be an integer; "4" was given'),
        (Squares(Integers(0, 9), 2, 2), [[1]], "it must have 2 entries; [[1]] was given"),
        (Squares(Integers(0, 9), 2, 2), "x" * 900, f'it must be a list; "{"x" * 58}… was given'),
    ],
)
def test_a_refusal_names_the_parameter_and_what_was_given(domain, given, detail):
    with pytest.raises(BadParams) as refused:
        domain.read(given, "/params/it")
    assert str(refused.value) == detail


def test_a_number_with_nothing_behind_the_point_is_whole():
    assert Integers(1, 8).read(6.0, "/params/it") == 6
    assert OneOf((1, 2)).read(2.0, "/params/it") == 2
    assert type(Integers(1, 8).read(6.0, "/params/it")) is int
