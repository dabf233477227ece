"""How an adversarial autoencoder is trained with images of which few have labels."""

from __future__ import annotations

from functools import partial

from bank.authoring import StatementPool, Trained
from bank.families.adversarial_autoencoder import ADVERSARIAL_AUTOENCODER

SECONDS = 14.0  # of 32 trainings in one tensor: eight seeds, with few labels of four sorts
trained = partial(Trained, "aae, few labels", SECONDS)  # checks that read those
SURE = 0.01  # an output so far from 1/2 tells a code from a sample


class AaeSemiSupervised(StatementPool):
    """Statements about an AAE with few labels, and the question how it is trained.

    >>> question = AaeSemiSupervised(statements=("T3", "F8.1", "T6", "F25", "T12"), polarity="all")
    >>> question.solve(), list(question.refusals("multiple_choice"))
    ({'T3': True, 'F8.1': False, 'T6': True, 'F25': False, 'T12': True}, [])
    """

    title = "Adversarial autoencoder: images with and without labels"
    source = ("4d",)
    points = 2
    kinds = ("text", "multiple_choice")
    options = (5, 6)
    true_ones = (2, 3, 4)
    prelude = ADVERSARIAL_AUTOENCODER

    checks = {
        "6": trained(lambda lab: lab.aae_labels.oversampling_helps()),
        "7": trained(lambda lab: lab.aae_labels.few_suffice()),
        "8": lambda lab, d, K, inputs: lab.conditioned.inputs(d, K, unknown=True) == inputs,
        "T9": trained(lambda lab: _contrary(lab.aae_labels.hardly_any_suffice())),
        "F9": trained(lambda lab: lab.aae_labels.hardly_any_suffice()),
        "14": lambda lab: lab.conditioned.accepted(None) == list(range(10)),
        "15": lambda lab: lab.conditioned.accepted(7) == [7],
        "17": trained(lambda lab: lab.aae_labels.few_place_new_images()),
        "18": lambda lab: lab.conditioned.pushes_alike(told=False),
        "19": lambda lab, B, percent, count: lab.mode_masses.expected_in_a_batch(percent, B) == count,
        "20": lambda lab, percent, times: lab.mode_masses.drawn_more_often(percent) == times,
        "21": lambda lab: (
            lab.conditioned.label_betrays(of_samples="own", of_codes="unknown")
            and not lab.conditioned.label_betrays(of_samples="unknown", of_codes="unknown")
        ),
        "22": lambda lab: lab.conditioned.output_in_a_gap() <= SURE,
        "24": trained(lambda lab: lab.aae_labels.more_labels_help()),
    }


def _contrary(found: bool | None) -> bool | None:
    return None if found is None else not found
