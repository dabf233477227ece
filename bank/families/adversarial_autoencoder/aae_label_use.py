"""How labels tie each Gaussian of the prior of an adversarial autoencoder to one digit."""

from __future__ import annotations

from functools import partial

from bank.authoring import StatementPool, Trained
from bank.families.adversarial_autoencoder import ADVERSARIAL_AUTOENCODER

SECONDS = 12.0  # of forty trainings in one tensor: eight seeds, of true, permuted, random, noisy and idle labels
trained = partial(Trained, "aae, labels", SECONDS)  # checks that read the trainings of the experiment `aae` with labels


class AaeLabelUse(StatementPool):
    """Statements about the labels of an AAE, and the question how they are used.

    >>> question = AaeLabelUse(statements=("T2", "F9.1", "T7", "F6", "T14"), polarity="all")
    >>> question.solve(), list(question.refusals("multiple_choice"))
    ({'T2': True, 'F9.1': False, 'T7': True, 'F6': False, 'T14': True}, [])
    """

    title = "Adversarial autoencoder: how labels are used"
    source = ("4c",)
    points = 3
    kinds = ("text", "multiple_choice")
    options = (5, 6)
    true_ones = (2, 3, 4)
    prelude = ADVERSARIAL_AUTOENCODER

    checks = {
        "4": lambda lab: lab.conditioned.accepted(3) == [3],
        "7": trained(lambda lab: lab.aae_labels.any_fixed_order_separates()),
        "F8": trained(lambda lab: lab.aae_labels.separate_when_random()),
        "T8": trained(lambda lab: _contrary(lab.aae_labels.separate_when_random())),
        "9": lambda lab, d, K, inputs: lab.conditioned.inputs(d, K, unknown=False) == inputs,
        "11": lambda lab: lab.conditioned.label_betrays(of_samples="own", of_codes="unknown"),
        "T15": trained(lambda lab: _contrary(lab.aae_labels.separate_without_an_adversary())),
        "F15": trained(lambda lab: lab.aae_labels.separate_without_an_adversary()),
        "16": trained(lambda lab: lab.aae_labels.separate_when_half_are_random()),
        "17": trained(lambda lab: lab.aae_labels.separate()),
        "18": trained(lambda lab: lab.aae_labels.repeat()),
        "19": trained(lambda lab: lab.aae_labels.place_new_images()),
        "20": trained(lambda lab: lab.aae_labels.tie_samples()),
        "T21": trained(lambda lab: _contrary(lab.aae_labels.leave_modes_shared())),
        "F21": trained(lambda lab: lab.aae_labels.leave_modes_shared()),
        "22": lambda lab: not lab.conditioned.pushes_alike(told=True),
        "24": lambda lab, matched, **_: lab.conditioned.is_content_with(matched),
        "26": trained(lambda lab: lab.aae_labels.fill_all_modes()),
    }


def _contrary(found: bool | None) -> bool | None:
    return None if found is None else not found
