"""The pool about the overlap of digits: what is computed holds for any seed, what is read from trainings is graded."""

import pytest

from bank.families.adversarial_autoencoder.aae_overlap import AaeOverlap
from bank.lab import Lab
from bank.lab.aae import Aae, decided
from bank.lab.mode_tables import own_share, shared_modes, sharing_pairs, split_classes

MIXED = [[80, 20, 0], [20, 60, 10], [0, 20, 90]]  # a row a mode, a column a class
APART = [[99, 0, 1], [1, 100, 0], [0, 0, 99]]


class Told(Aae):
    """The bench with tables instead of trainings."""

    def __init__(self, **tables):
        self.found = tables

    def tables(self, labels):
        return self.found[labels]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_computed_is_found_as_stated(seed):
    lab = Lab(seed)
    computed = [statement for statement in AaeOverlap.pool if statement.level in ("E0", "E1")]
    assert len(computed) == 18
    assert {statement.id: statement.check(lab) for statement in computed} == {one.id: one.true for one in computed}


def test_small_worlds_are_counted_by_hand():
    overlap = Lab(0).overlap
    assert (overlap.fits_into_one_mode(2), overlap.fits_into_one_mode(3)) == (True, False)
    assert (overlap.fills_one_mode(1), overlap.fills_one_mode(2)) == (False, True)
    assert overlap.assignments_of_least_loss() == 1 + 45


def test_a_table_tells_who_shares_and_who_is_split():
    assert own_share(MIXED) == 230 / 300
    assert sharing_pairs(MIXED) == [(0, 1), (0, 1), (1, 2)]
    assert (shared_modes(MIXED), split_classes(MIXED)) == (3, 2)
    assert (shared_modes(APART), split_classes(APART), sharing_pairs(APART)) == (0, 0, [])
    assert shared_modes([[0, 0], [5, 5]]) == 1


def test_between_yes_and_no_nothing_is_said():
    assert [decided(effect, yes=2, no=0) for effect in (0, 1, 2)] == [False, None, True]


def test_trainings_that_mix_are_told_from_those_that_do_not():
    mixing, apart = Told(none=[MIXED] * 8, all=[APART] * 8), Told(none=[APART] * 8, all=[MIXED] * 8)
    assert (mixing.modes_are_shared(), apart.modes_are_shared()) == (True, False)
    assert (mixing.classes_are_split(), apart.classes_are_split()) == (True, False)
    assert (mixing.labels_separate(), apart.labels_separate()) == (True, None)
    assert (mixing.leaves_the_assignment_open(), apart.leaves_the_assignment_open()) == (None, False)


def test_outcomes_that_repeat_are_told_from_those_that_do_not():
    turned = [[MIXED[(row + turn) % 3] for row in range(3)] for turn in range(3)]
    assert Told(none=turned).differs_between_seeds() is False  # the modes are others, the pairs are not
    relabelled = [[row[turn:] + row[:turn] for row in MIXED] for turn in range(3)]
    assert Told(none=relabelled).differs_between_seeds() is None
    assert Told(none=[*relabelled, APART]).differs_between_seeds() is True


def test_alike_classes_share_more_than_chance_or_not():
    assert Told(none=[[[5, 5, 0, 0]], [[0, 0, 5, 5]]]).alike_share_more() is True
    assert Told(none=[[[5, 0, 5, 0]], [[0, 5, 0, 5]]]).alike_share_more() is False
    assert Told(none=[APART]).alike_share_more() is None
