"""The training of adversarial autoencoders: it passes its acceptance, and no model knows its neighbours."""

from statistics import median

import pytest

from bank.lab import Lab
from bank.lab.mode_tables import own_share, sharing_pairs

pytestmark = pytest.mark.slow

SEEDS = range(8)


def results(lab, *settings):
    return [kept.value for kept in lab.results("aae", settings)]


@pytest.fixture(scope="module")
def trained():
    """Eight seeds without labels and with all of them, in one tensor."""
    found = results(Lab(), *({"labels": labels, "seed": seed} for labels in ("none", "all") for seed in SEEDS))
    return {"none": found[: len(SEEDS)], "all": found[len(SEEDS) :]}


def purity(table):
    return sum(map(max, table)) / sum(map(sum, table))


def test_labels_give_every_class_its_own_mode_and_without_them_classes_share(trained):
    assert median(own_share(each["table"]) for each in trained["all"]) >= 0.95
    assert median(purity(each["table"]) for each in trained["none"]) <= 0.90
    assert median(own_share(each["table"]) for each in trained["none"]) <= 0.75


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
