"""What the two terms of the ELBO do."""

from __future__ import annotations

from bank.authoring import StatementPool
from bank.families.vae import ELBO, ENCODER_AND_DECODER


class ElboTermNames(StatementPool):
    """Statements about the two terms, and the question to describe them.

    >>> ElboTermNames(statements=("T4", "F6", "T11", "F21", "T13"), polarity="all").solve()
    {'T4': True, 'F6': False, 'T11': True, 'F21': False, 'T13': True}
    """

    title = "VAE: the two terms of the ELBO"
    source = ("8b",)
    points = 4
    kinds = ("text", "multiple_choice")
    options = (5, 6)
    true_ones = (2, 3, 4)
    prelude = ELBO + ENCODER_AND_DECODER

    checks = {
        "3": lambda lab, kind, **_: lab.decoders.log_density_follows(kind),
        "4": lambda lab: not lab.elbo.reaches("kl", "decoder"),
        "5": lambda lab: lab.elbo.reaches("reconstruction", "encoder"),
        "6": lambda lab: lab.elbo.gap_is_divergence_from("posterior"),
        "7": lambda lab: lab.elbo.information_without_divergence() == 0,
        "8": lambda lab: lab.elbo.best_variance(kl_weight=0.0) < lab.elbo.TINY,
        "9": lambda lab: lab.elbo.average_divergence_is(information=1),
        "10": lambda lab: lab.elbo.stays_below_the_evidence(),
        "13": lambda lab: lab.decoders.log_density_exceeds_zero(),
        "14": lambda lab: lab.elbo.follows_scaled_weights() == (False, True),
        "T15": lambda lab: lab.elbo.is_tight_at("posterior"),
        "F15": lambda lab: lab.elbo.is_tight_at("prior"),
        "16": lambda lab, v, **_: lab.elbo.divergence_of(0.0, v) > lab.elbo.divergence_of(0.0, 1.0),
        "17": lambda lab, m, **_: lab.elbo.divergence_of(m, 1.0) > lab.elbo.divergence_of(0.0, 1.0),
        "19": lambda lab: lab.decoders.bernoulli_is_minus("cross-entropy"),
        "20": lambda lab, k, factor, **_: lab.decoders.weight_of_the_error(k) == factor,
        "T21": lambda lab: lab.elbo.best_code_without_reconstruction_is("prior"),
        "F21": lambda lab: lab.elbo.best_code_without_reconstruction_is("an exact code"),
        "22": lambda lab: lab.elbo.divergence_over_dimensions_is("sum"),
        "24": lambda lab: not lab.elbo.evidence_changes_with_the_encoder(),
        "25": lambda lab, n, factor, **_: lab.elbo.growth_with_dimensions(n) == factor,
        "26": lambda lab: lab.elbo.reaches("reconstruction", "decoder"),
    }
