"""The pools about labels of an AAE: what is computed holds for any seed, what is read from trainings is graded."""

from fractions import Fraction

import pytest

from bank.families.adversarial_autoencoder.aae_label_use import AaeLabelUse
from bank.families.adversarial_autoencoder.aae_rare_class import AaeRareClass
from bank.families.adversarial_autoencoder.aae_semi_supervised import AaeSemiSupervised
from bank.lab import Lab
from bank.lab.aae_labels import WITH_FEW, WITH_LABELS, AaeLabels
from bank.lab.label_criteria import criteria
from bank.lab.mode_tables import named_share, part_of_a_mode, purity
from bank.lab.rare_class import RareClass

POOLS = (AaeRareClass, AaeLabelUse, AaeSemiSupervised)
APART = [[100 * (mode == place) for place in range(10)] for mode in range(10)]
TURNED = [*APART[1:], APART[0]]
MIXED = [[10] * 10 for _ in range(10)]
IN_ONE_MODE = [[100] * 10, *([0] * 10 for _ in range(9))]


def result(table=APART, **more):
    found = {"table": table, "names": range(10), "new": table, "decoded": table, "errors": [0.1] * 10}
    return {**found, "own_unlabelled": sum(table[place][place] for place in range(10)) / 1000, **more}


class Labelled(AaeLabels):
    """The bench with results instead of trainings; of sorts that are not given, all lies as it should."""

    def __init__(self, **found):
        self.found = found

    def trainings(self, sort):
        return self.found.get(sort.replace(" ", "_"), [result()] * 8)


class Rare(RareClass):
    def __init__(self, **found):
        self.found = found

    def trainings(self, labels):
        return self.found[labels]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("pool", POOLS)
def test_what_is_computed_is_found_as_stated(pool, seed):
    lab = Lab(seed)
    computed = [statement for statement in pool.pool if statement.level in ("E0", "E1")]
    assert computed
    assert {statement.id: statement.check(lab) for statement in computed} == {one.id: one.true for one in computed}


def test_a_table_tells_what_labels_name_and_how_pure_modes_are():
    table = [[1, 3], [4, 2]]
    assert named_share(table, [0, 1]) == 3 / 10
    assert named_share(table, [1, 0]) == 7 / 10
    assert purity(table) == 7 / 10
    assert part_of_a_mode([*table, [0, 0]], 0) == 4 / 6


def test_masses_of_modes_are_counted_by_hand():
    masses = Lab(0).mode_masses
    assert (masses.largest_part(2, 10), masses.largest_part(2, 20), masses.largest_part(3, 50)) == (20, 40, 100)
    assert (masses.fills_a_mode(5, 10), masses.fills_a_mode(5, 20)) == (False, True)
    assert [masses.fewest_modes(percent, 10) for percent in (1, 10, 11, 25)] == [1, 1, 2, 3]
    assert masses.shares_of_samples(3, 10, "none") == {3}
    assert masses.shares_of_samples(3, 10, "all") == {10}
    assert masses.expected_in_a_batch(2, 25) == Fraction(1, 2)
    assert [masses.drawn_more_often(percent) for percent in (50, 10, 40)] == [1, 9, Fraction(3, 2)]


def test_the_best_discriminator_that_is_told_a_label_does_not_see_how_frequent_it_is():
    conditioned = Lab(0).conditioned
    assert [conditioned.is_undecided(told, 0.1) for told in (True, False)] == [True, True]
    assert [conditioned.is_undecided(told, 0.02) for told in (True, False)] == [True, False]
    assert [conditioned.depends_on_frequency(told) for told in (True, False)] == [False, True]
    assert [conditioned.pushes_alike(told) for told in (True, False)] == [False, True]
    assert (conditioned.accepted(3), conditioned.accepted(None)) == ([3], list(range(10)))
    assert conditioned.output_for_a_stray(told=True) < 1e-9 < 0.4 < conditioned.output_for_a_stray(told=False)


def test_labels_that_separate_are_told_from_those_that_do_not():
    good, bad = Labelled(), Labelled(all=[result(MIXED)] * 8, permuted=[result(TURNED)] * 8)
    asked = ("separate", "any_fixed_order_separates", "place_new_images", "tie_samples")
    assert [getattr(good, name)() for name in asked] == [True] * 4
    assert [getattr(bad, name)() for name in asked] == [False] * 4
    called = result(TURNED, names=[9, *range(9)])
    assert Labelled(permuted=[called] * 8).any_fixed_order_separates() is True
    assert (good.leave_modes_shared(), good.fill_all_modes()) == (False, True)
    assert Labelled(all=[result(IN_ONE_MODE)] * 8).fill_all_modes() is False


def test_what_controls_come_to_is_told_by_how_pure_their_modes_are():
    asked = ("separate_when_random", "separate_without_an_adversary", "separate_when_half_are_random")
    mixed = Labelled(random=[result(MIXED)] * 8, no_adversary=[result(MIXED)] * 8, noisy=[result(MIXED)] * 8)
    assert [getattr(mixed, name)() for name in asked] == [False] * 3
    assert [getattr(Labelled(), name)() for name in asked] == [True] * 3


def test_trainings_that_agree_on_the_modes_are_told_from_those_that_do_not():
    assert Labelled().repeat() is True
    assert Labelled(all=[result(), result(TURNED)] * 4).repeat() is False


def test_few_labels_are_graded_by_the_images_that_have_none():
    some = {"2_%": 0.1, "10_%": 0.3, "30_%": 0.8, "10_%,_oversampled": 0.95}
    found = Labelled(**{sort: [result(own_unlabelled=share)] * 8 for sort, share in some.items()})
    assert (found.few_suffice(), found.oversampling_helps(), found.more_labels_help()) == (True, True, True)
    assert found.hardly_any_suffice() is False
    even = Labelled(**{sort: [result(own_unlabelled=0.5)] * 8 for sort in some})
    assert (even.few_suffice(), even.oversampling_helps(), even.more_labels_help()) == (None, False, False)
    assert even.hardly_any_suffice() is None


def test_a_rare_class_is_alone_or_outnumbered():
    shared, worse = result(MIXED, errors=[0.2, *[0.1] * 9]), result(errors=[0.2, *[0.1] * 9])
    found = Rare(all=[worse] * 12, none=[shared] * 12)
    assert (found.has_a_mode_nearly_alone("all"), found.has_a_mode_nearly_alone("none")) == (True, False)
    assert (found.is_outnumbered_in_every_mode("all"), found.is_outnumbered_in_every_mode("none")) == (False, True)
    assert (found.lies_in_its_own_mode(), found.frequent_classes_lie_in_their_own_modes()) == (True, True)
    assert (found.recognises_new_images(), found.is_reconstructed_worse()) == (True, True)
    assert found.labels_show_it_more_often() is False  # a tenth of the samples either way
    rarer = [[0, *row[1:]] for row in MIXED]
    assert Rare(all=[worse] * 12, none=[result(decoded=rarer)] * 12).labels_show_it_more_often() is True


def test_sorts_train_with_settings_of_the_experiment():
    read = [Lab().results("aae", [{**setting, "seed": 0, "samples": 100, "steps": 1}]) for setting in WITH_FEW.values()]
    assert len(read) == 4
    assert {setting["labels"] for setting in WITH_LABELS.values()} == {"all", "permuted", "random", "noisy"}


@pytest.fixture(scope="module")
def trained():
    """A lab that keeps its trainings."""
    return Lab()


@pytest.mark.slow
def test_rare_classes_controls_and_few_labels_pass_their_acceptance(trained):
    measured = criteria(trained, seeds=8)
    assert {criterion.says: criterion.met for criterion in measured} == {each.says: True for each in measured}
    assert len(measured) == 6


@pytest.mark.slow
@pytest.mark.parametrize("pool", POOLS)
def test_trainings_confirm_what_is_stated(trained, pool):
    stated = [statement for statement in pool.pool if statement.level == "E3"]
    assert {statement.id: statement.check(trained) for statement in stated} == {one.id: one.true for one in stated}
