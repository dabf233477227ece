"""What was dear to judge is judged once."""

import time

import pytest

from bank import registry, verification
from bank.judgements import Judgements
from bank.lab import Lab, Notebook
from bank.verification import Task, verify

DRAWN = "momentum_steps_ratio"  # its evidence has a figure
ABOUT_A_RUN = "mlp_defects"


def tasks(family, count):
    drafts = [registry.get(family).draft(seed) for seed in range(count)]
    return [Task(draft.kind, draft.params, draft.seed) for draft in drafts]


@pytest.fixture
def measured(monkeypatch):
    """How many questions were measured, batch by batch."""
    counted, measure = [], verification._measured

    def counting(lab, family, some):
        counted.append(len(some))
        return measure(lab, family, some)

    monkeypatch.setattr(verification, "_measured", counting)
    return counted


@pytest.mark.parametrize(("family", "count"), [(DRAWN, 3), pytest.param(ABOUT_A_RUN, 2, marks=pytest.mark.slow)])
def test_the_second_time_the_judgement_is_the_same_and_nothing_is_measured(family, count, measured):
    memory, asked = Notebook(), tasks(family, count)
    first = verify(Lab(memory=memory), family, asked)
    assert verify(Lab(memory=memory), family, asked) == first
    assert measured == [count]
    assert all(each.figures for each in first)


def test_of_a_batch_the_new_ones_are_measured_and_twins_once(measured):
    lab, asked = Lab(), tasks(DRAWN, 3)
    verify(lab, DRAWN, asked[:1])
    found = verify(lab, DRAWN, [*asked, asked[2]])
    assert measured == [1, 2]
    assert found[2] == found[3] != found[1]


def test_another_seed_of_the_lab_or_another_version_measures_again(measured, monkeypatch):
    memory, asked = Notebook(), tasks(DRAWN, 1)
    verify(Lab(memory=memory), DRAWN, asked)
    verify(Lab(seed=1, memory=memory), DRAWN, asked)
    monkeypatch.setattr(registry.get(DRAWN), "version", classmethod(lambda family: "mended"))
    verify(Lab(memory=memory), DRAWN, asked)
    assert measured == [1, 1, 1]


def test_what_is_refuted_or_cheap_or_too_large_is_measured_again(measured, monkeypatch):
    lab, (asked,) = Lab(), tasks(DRAWN, 1)
    judgements = Judgements(lab, registry.get(DRAWN))
    key = judgements.key(asked.kind, asked.seed, asked.params)
    (judged,) = verification._measured(lab, registry.get(DRAWN), [asked])
    judgements.keep(key, judged._replace(verdict="refuted"), 1.0)
    judgements.keep(key, judged, 0.001)
    assert judgements.find([key]) == {}
    judgements.keep(key, judged, 1.0)
    assert judgements.find([key]) == {key: judged}


def test_what_the_record_refuses_is_given_free(sqlite_store):
    from bank.cache import Cache
    from bank.results import KeptResults

    results = KeptResults(sqlite_store.results, Cache("unix:///nonexistent/redis.sock"), 60)
    lab, (asked,) = Lab(memory=results), tasks(DRAWN, 1)
    judgements = Judgements(lab, registry.get(DRAWN))
    (judged,) = verification._measured(lab, registry.get(DRAWN), [asked])
    judgements.keep("judged/large", judged._replace(evidence={"series": "x" * 2**20}), time.monotonic())
    assert judgements.find(["judged/large"]) == {}
    assert results.claim(["judged/large"]) == {"judged/large"}
