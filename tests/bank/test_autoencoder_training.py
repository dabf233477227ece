"""The training of adversarial autoencoders: it passes its acceptance, and no model knows its neighbours."""

import pytest

from bank.lab import Lab
from bank.lab.mode_tables import purity, sharing_pairs, unevenness
from bank.lab.trainings.aae import AdversarialAutoencoder

pytestmark = pytest.mark.slow

SEEDS = range(8)


def results(lab, *settings):
    return [kept.value for kept in lab.results("aae", settings)]


@pytest.fixture(scope="module")
def lab():
    """One lab for all: its results are kept."""
    return Lab()


@pytest.fixture(scope="module")
def trained(lab):
    """Eight seeds without labels and with all of them, in one tensor."""
    found = results(lab, *({"labels": labels, "seed": seed} for labels in ("none", "all") for seed in SEEDS))
    return {"none": found[: len(SEEDS)], "all": found[len(SEEDS) :]}


def test_it_shows_what_it_has_to_show(lab):
    found = AdversarialAutoencoder.criteria(lab, len(SEEDS))
    assert {each.says: each.statistics for each in found if not each.met} == {}
    assert {len(each.values) for each in found} == {len(SEEDS)}


def test_a_table_says_how_pure_its_modes_are_and_how_evenly_they_are_filled():
    assert (purity([[3, 1], [1, 3]]), purity([[4, 4], [0, 0]])) == (0.75, 0.5)
    assert (unevenness([[3, 1], [1, 3]]), unevenness([[4, 4], [0, 0]])) == (0, 0.5)


def test_classes_that_share_a_mode_are_mostly_those_that_look_alike(trained):
    pairs = [pair for each in trained["none"] for pair in sharing_pairs(each["table"])]
    alike = sum(one // 2 == other // 2 for one, other in pairs)
    assert alike >= 3 * len(pairs) / 9 > 0


def test_every_image_is_counted_once(trained):
    for each in (*trained["none"], *trained["all"]):
        assert [sum(column) for column in zip(*each["table"], strict=True)] == [100] * 10


def test_an_autoencoder_is_the_same_alone_and_among_others():
    short = {"samples": 100, "steps": 5}
    few = [{"seed": seed, "labels": labels, **short} for seed in (1, 2) for labels in ("none", "random", "some")]
    longer = {"seed": 1, "labels": "none", "samples": 100, "steps": 7}
    together = results(Lab(), *few, longer)
    assert results(Lab(), few[3]) == [together[3]]
    assert together[-1] != together[0]


def test_permuted_labels_call_the_classes_by_other_names():
    (permuted,) = results(Lab(), {"seed": 0, "labels": "permuted", "samples": 100, "steps": 5, "points": True})
    assert sorted(permuted["names"]) == list(range(10)) != permuted["names"]
    assert len(permuted["points"]) == len(permuted["classes"]) == 100
