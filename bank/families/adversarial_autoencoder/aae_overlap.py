"""Why different digits share a Gaussian of the prior when an adversarial autoencoder sees no labels."""

from __future__ import annotations

from functools import partial

from bank.authoring import StatementPool, Trained
from bank.families.adversarial_autoencoder import ADVERSARIAL_AUTOENCODER

SECONDS = 6.1  # of sixteen trainings in one tensor: eight seeds, with labels and without
trained = partial(Trained, "aae", SECONDS)  # checks that read the trainings of the experiment `aae`


class AaeOverlap(StatementPool):
    """Statements about the overlap of digits, and the question why there is one.

    >>> AaeOverlap(statements=("T1", "F10", "T17", "F14", "F23"), polarity="all").solve()
    {'T1': True, 'F10': False, 'T17': True, 'F14': False, 'F23': False}
    """

    title = "Adversarial autoencoder: why digits overlap"
    source = ("4a",)
    points = 1
    kinds = ("text", "multiple_choice")
    options = (5, 6)
    true_ones = (2, 3, 4)
    prelude = ADVERSARIAL_AUTOENCODER

    checks = {
        "4": lambda lab: lab.overlap.exchange_keeps_the_loss(),
        "5": lambda lab: lab.overlap.best_discriminator_is_undecided("two classes in each mode"),
        "6": lambda lab: lab.overlap.matches_the_prior("two classes in each mode"),
        "7": lambda lab: lab.overlap.assignments_of_least_loss() > 1,
        "8": trained(lambda lab: lab.aae.leaves_the_assignment_open()),
        "9": trained(lambda lab: lab.aae.differs_between_seeds()),
        "10": trained(lambda lab: lab.aae.alike_share_more()),
        "15": lambda lab: lab.overlap.reconstruction_reaches("encoder"),
        "17": lambda lab: not lab.overlap.fits_into_one_mode(images=3),
        "18": lambda lab: not lab.overlap.fills_one_mode(images=1),
        "21": trained(lambda lab: lab.aae.modes_are_shared()),
        "25": trained(lambda lab: lab.aae.modes_are_shared()),
        "26": trained(lambda lab: lab.aae.labels_separate()),
        "27": trained(lambda lab: lab.aae.classes_are_split()),
        "34": lambda lab: lab.overlap.fills_one_mode(images=2),
        "35": lambda lab: lab.overlap.matches_the_prior("one class in each mode"),
    }
