"""Which parameters of a residual net change sign, by name: what might make minus do what plus did."""

from __future__ import annotations

from collections.abc import Iterable

from bank.lab.residual_nets import BLOCKS, TAILS, Net, Parameters

OF_EVERY_F = {
    "last_layer": ("W2", "b2"),
    "last_weights": ("W2",),
    "first_layer": ("W1", "b1"),
    "both_layers": ("W1", "b1", "W2", "b2"),
}
STREAM = {"stream": ("W1",), "stream_and_biases": ("W1", "b1"), "stem_and_head": ()}
AROUND = ("stem.W", "stem.b", "head.W")


def changed(parameters: Parameters, net: Net, change: str) -> Parameters:
    """The parameters with some of them negated; the last normalisation of F is its tail's, or else the one inside."""
    negated = set(_named(net, change))
    return {name: -value if name in negated else value for name, value in parameters.items()}


def _named(net: Net, change: str) -> Iterable[str]:
    place = "" if TAILS[net.tail].norm else "inner."
    in_f = {
        **OF_EVERY_F,
        **STREAM,
        "none": (),
        "scale_and_shift": (f"{place}gamma", f"{place}beta"),
        "scale": (f"{place}gamma",),
        "weights_and_shift": ("W2", "b2", f"{place}beta"),
        "weights_and_scale": ("W2", "b2", f"{place}gamma"),
    }
    yield from (AROUND if change in STREAM else ())
    yield from (f"{block}.{name}" for block in range(BLOCKS) for name in in_f[change])
