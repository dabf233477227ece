"""What a Gaussian of its own is good for where a digit is rare."""

from __future__ import annotations

from functools import partial
from typing import Any

from bank.authoring import Lab, StatementPool, Trained
from bank.families.adversarial_autoencoder import ADVERSARIAL_AUTOENCODER

SECONDS = 10.0  # of 24 trainings in one tensor: twelve seeds, with labels and without
trained = partial(Trained, "aae, a rare class", SECONDS)  # checks that read those
TOLD = {"labelled": True, "plain": False}
LABELS = {"labelled": "all", "plain": "none"}
SURE = 0.01  # an output so far from 1/2 tells a code from a sample


def stray_is_noticed(lab: Lab, **_: Any) -> bool:
    """The best discriminator of the labelled AAE; that of the plain one is nearly undecided."""
    return bool(lab.conditioned.output_for_a_stray(told=True) <= SURE < lab.conditioned.output_for_a_stray(told=False))


class AaeRareClass(StatementPool):
    """Statements about a digit that few images show, and the question why one mode for each digit helps it.

    >>> question = AaeRareClass(statements=("T3.1", "F9", "T11", "F20.1", "T34"), polarity="all")
    >>> question.solve(), list(question.refusals("multiple_choice"))
    ({'T3.1': True, 'F9': False, 'T11': True, 'F20.1': False, 'T34': True}, [])
    """

    title = "Adversarial autoencoder: one mode for a rare digit"
    source = ("4b",)
    points = 1
    kinds = ("text", "multiple_choice")
    options = (5, 6)
    true_ones = (2, 3, 4)
    prelude = ADVERSARIAL_AUTOENCODER

    checks = {
        "1": trained(lambda lab, which: lab.rare_class.has_a_mode_nearly_alone(LABELS[which])),
        "2": trained(lambda lab, which: lab.rare_class.is_outnumbered_in_every_mode(LABELS[which])),
        "3": lambda lab, K, f, most: lab.mode_masses.largest_part(f, K) == most,
        "4": lambda lab, K, f, can: lab.mode_masses.fills_a_mode(f, K) == (can == "can"),
        "5": lambda lab, f, count: lab.mode_masses.fewest_modes(f, 10) == count,
        "6": lambda lab, which: lab.conditioned.pushes_alike(TOLD[which]),
        "7": lambda lab, which: not lab.conditioned.depends_on_frequency(TOLD[which]),
        "8": stray_is_noticed,
        "9": trained(lambda lab: lab.rare_class.recognises_new_images()),
        "10": trained(lambda lab: lab.rare_class.labels_show_it_more_often()),
        "11": trained(lambda lab: lab.rare_class.is_reconstructed_worse()),
        "17": trained(lambda lab: lab.rare_class.lies_in_its_own_mode()),
        "19": lambda lab, which: lab.conditioned.is_undecided(TOLD[which]),
        "20": lambda lab, B, count: lab.mode_masses.expected_in_a_batch(2, B) == count,
        "29": lambda lab, which, share, **_: lab.mode_masses.shares_of_samples(2, 10, LABELS[which]) == {share},
        "31": trained(lambda lab: lab.rare_class.frequent_classes_lie_in_their_own_modes()),
    }
