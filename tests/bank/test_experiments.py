"""What every experiment has: a cost that is told, settings that come back, and criteria that can fail."""

import dataclasses
import inspect

import pytest

from bank.lab import Lab, experiments
from bank.lab.acceptance import Criterion, tried

each_experiment = pytest.mark.parametrize("name", experiments())


class Asked(Exception):
    """The settings that were asked for first."""


class Curious(Lab):
    """Runs nothing."""

    def results(self, experiment, settings):
        raise Asked(experiment, list(settings))


@each_experiment
def test_it_says_what_it_does_and_what_that_costs(name):
    experiment = experiments()[name]
    assert inspect.getdoc(inspect.getmodule(experiment)) and inspect.getdoc(experiment)
    assert (experiment.seconds > 0, experiment.stack >= 1, experiment.seeds >= 1) == (True, True, True)
    assert dataclasses.is_dataclass(experiment.settings)


@each_experiment
def test_its_criteria_rest_on_its_own_results(name):
    experiment = experiments()[name]
    with pytest.raises(Asked) as asked:
        experiment.criteria(Curious(), 2)
    of, settings = asked.value.args
    assert of == name
    read = [experiment.read(each) for each in settings]
    assert len(set(map(experiment.written, read))) == len(read) > 0


def test_a_criterion_is_judged_by_mean_median_or_each_value():
    values = [0.0, 0.1, 0.5]
    assert Criterion("", values, least=0.19).met
    assert not Criterion("", values, least=0.11, by="median").met
    assert not Criterion("", values, most=0.4, by="each").met
    assert Criterion("", values, 0, 0.5, by="each").met


@pytest.mark.slow
def test_a_trial_tells_each_result_once():
    trial = tried(Lab(), "bias_start")
    assert trial.accepted
    assert len(trial.results) == 2
    assert trial.seconds == pytest.approx(sum(result["seconds"] for result in trial.results))
