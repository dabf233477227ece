"""What a large beta does to a beta-VAE."""

from __future__ import annotations

from functools import partial

from bank.authoring import StatementPool, Trained
from bank.families.vae import BETA_VAE

SECONDS = 0.9  # of four seeds with five betas in one tensor
trained = partial(Trained, "beta_vae", SECONDS)  # checks that read the trainings of the experiment `beta_vae`


class BetaVaeEffect(StatementPool):
    """Statements about large and small betas, and the question what a large one does.

    >>> BetaVaeEffect(statements=("T1", "F8.1", "T12", "F14", "F18"), polarity="all").solve()
    {'T1': True, 'F8.1': False, 'T12': True, 'F14': False, 'F18': False}
    """

    title = "β-VAE: the effect of β"
    source = ("8c",)
    points = 4
    kinds = ("text", "multiple_choice")
    options = (5, 6)
    true_ones = (2, 3, 4)
    prelude = BETA_VAE

    checks = {
        "1": trained(lambda lab: lab.beta_vaes.falls("kl")),
        "2": trained(lambda lab: lab.beta_vaes.rises("mse")),
        "3": trained(lambda lab, low, high: lab.beta_vaes.leaves_fewer_nats(low, high)),
        "4": trained(lambda lab: lab.beta_vaes.outputs_the_mean()),
        "5": trained(lambda lab: lab.beta_vaes.switches_off_one_after_another()),
        "7": lambda lab, b: lab.weighted_elbo.stays_below_the_evidence(b),
        "8": lambda lab, k, how, **_: lab.weighted_elbo.optimum_stays(k, how),
        "9": trained(lambda lab: lab.beta_vaes.rises("variance")),
        "10": trained(lambda lab: lab.beta_vaes.falls("spread")),
        "11": lambda lab: (
            lab.weighted_elbo.loses_its_noise_at("small") and not lab.weighted_elbo.loses_its_noise_at("large")
        ),
        "13": lambda lab: lab.weighted_elbo.optimum_moves(),
        "14": lambda lab: lab.elbo.reaches("kl", "encoder") and not lab.elbo.reaches("kl", "decoder"),
        "17": lambda lab, b: lab.weighted_elbo.lies_below_that_of(b, 1.0),
        "18": lambda lab: not lab.weighted_elbo.stays_below_the_evidence(0.5),
        "19": trained(lambda lab, low, high: lab.beta_vaes.outputs_become_alike(low, high)),
        "22": lambda lab, variance: lab.weighted_elbo.equals_a_plain_one(variance),
        "23": lambda lab: lab.weighted_elbo.best_variance_rises(),
        "24": lambda lab: lab.weighted_elbo.best_mean_shrinks(),
    }
