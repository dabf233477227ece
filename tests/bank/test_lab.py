"""Experiments: found by being there, kept by their own code and no other, stack by stack; benches by name; devices."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import bank
from bank.errors import NoSuchDevice, UnknownExperiment
from bank.lab import Lab, Notebook, laboratory
from bank.lab.experiment import Experiment
from bank.lab.trainings.bias_start import Settings

SECOND = '''
"""Another experiment."""

from dataclasses import dataclass

from bank.lab.experiment import Experiment


@dataclass(frozen=True)
class Settings:
    size: int = 1


class Another(Experiment[Settings]):
    """Counts."""

    settings = Settings
    seconds = 0.01
    stack = 8

    @classmethod
    def run(cls, lab, settings):
        return [each.size for each in settings]
'''
KEYS = """
from bank.lab import Lab
from bank.lab.laboratory import experiments
from bank.lab.trainings.bias_start import Settings
print(sorted(experiments()), Lab().key(experiments()["bias_start"], Settings()))
"""


@pytest.fixture
def counting(monkeypatch):
    """An experiment that says which stacks it ran, three settings each, and breaks where it is told to."""
    stacks = []

    class Counting(Experiment):
        settings = Settings
        seconds = 0.01
        stack = 3

        @classmethod
        def name(cls):
            return "counting"

        @classmethod
        def run(cls, lab, settings):
            stacks.append([each.weights for each in settings])
            lab.progress(len(stacks), 9)
            if "broken" in stacks[-1]:
                raise ArithmeticError("broken")
            return [each.weights.upper() for each in settings]

    monkeypatch.setattr(laboratory, "experiments", lambda: {"counting": Counting})
    return stacks


def asked(*names):
    return [{"weights": name} for name in names]


def test_results_come_in_the_order_given_and_are_made_once(counting):
    lab = Lab()
    first = lab.results("counting", asked("a", "b", "a", "c", "d"))
    assert [kept.value for kept in first] == ["A", "B", "A", "C", "D"]
    assert [kept.value for kept in lab.results("counting", asked("d", "e"))] == ["D", "E"]
    assert counting == [["a", "b", "c"], ["d"], ["e"]]
    assert {kept.device for kept in first} == {"cpu"}


def test_a_stack_that_ended_is_kept_when_a_later_one_breaks(counting):
    memory = Notebook()
    with pytest.raises(ArithmeticError):
        Lab(memory=memory).results("counting", asked("a", "b", "c", "broken"))
    assert [kept.value for kept in Lab(memory=memory).results("counting", asked("c", "b"))] == ["C", "B"]
    assert counting == [["a", "b", "c"], ["broken"]]


def test_what_somebody_else_computes_is_waited_for(counting, monkeypatch):
    memory, looks = Notebook(), []
    monkeypatch.setattr(memory, "claim", lambda keys: set())

    def somebody_is_done(_):
        looks.append("look")
        (key,) = [laboratory.Lab(memory=memory).key(laboratory.experiments()["counting"], Settings("a"))]
        memory.keep(key, laboratory.Kept("theirs", 1.0, "cpu"))

    monkeypatch.setattr(laboratory.time, "sleep", somebody_is_done)
    assert [kept.value for kept in Lab(memory=memory).results("counting", asked("a"))] == ["theirs"]
    assert (looks, counting) == (["look"], [])


def test_progress_is_told_and_may_interrupt(counting, monkeypatch):
    monkeypatch.setattr("bank.lab.conditions.PROGRESS_EVERY_SECONDS", 0)
    seen = []

    def stop(done, total):
        seen.append((done, total))
        if done == 2:
            raise InterruptedError

    memory = Notebook()
    with pytest.raises(InterruptedError):
        Lab(memory=memory, on_progress=stop).results("counting", asked(*"abcdefg"))
    assert seen == [(1, 9), (2, 9)]
    assert [kept.value for kept in Lab(memory=memory).results("counting", asked("a"))] == ["A"]
    assert counting == [["a", "b", "c"], ["d", "e", "f"]]


def test_the_results_that_were_used_are_named(counting):
    lab = Lab()
    with lab.noted() as used:
        lab.results("counting", asked("a", "a"))
    assert [(each["experiment"], each["device"]) for each in used] == [("counting", "cpu")]


def test_an_unknown_experiment_bench_or_setting_is_refused():
    with pytest.raises(UnknownExperiment, match="no experiment 'alchemy'"):
        Lab().results("alchemy", [{}])
    with pytest.raises(AttributeError, match=r"no bench 'alchemy'; it has .*layers"):
        _ = Lab().alchemy
    with pytest.raises(TypeError, match="weight"):
        Lab().results("bias_start", [{"weight": "random"}])


def test_a_lab_runs_on_a_device_that_is_there():
    there = torch.cuda.is_available()
    assert Lab(device="auto").device == ("cuda" if there else "cpu")
    if not there:
        with pytest.raises(NoSuchDevice, match="no GPU"):
            Lab(device="cuda")
    with pytest.raises(NoSuchDevice):
        Lab(device="abacus")


def keys_in(home):
    done = subprocess.run([sys.executable, "-c", KEYS], cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names, _, key = done.stdout.rpartition(" ")
    return names, key.strip()


def append(path, text):
    path.write_text(path.read_text() + text)


@pytest.mark.slow
def test_a_second_experiment_is_one_new_file_and_leaves_every_kept_result_valid(tmp_path):
    shutil.copytree(Path(bank.__file__).parent, tmp_path / "bank", ignore=shutil.ignore_patterns("__pycache__"))
    names, key = keys_in(tmp_path)
    assert "another" not in names
    lab = tmp_path / "bank" / "lab"
    (lab / "trainings" / "another.py").write_text(SECOND)
    append(lab / "layers.py", "\nMENDED = True\n")
    append(lab / "trainings" / "bias_start.py", "\n# a comment\n")
    names, same = keys_in(tmp_path)
    assert ("another" in names, same) == (True, key)
    append(lab / "trainings" / "bias_start.py", "\nSTEPS = 121\n")
    assert keys_in(tmp_path)[1] != key
