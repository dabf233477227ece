"""Can a residual network subtract its branches? Of one tail of a branch what follows, or of several what holds."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from random import Random
from typing import Any, Self

from bank.authoring import Exercise, Lab, Lists, Measurement, OneOf, Optional, Problem, Value, Wrong, param
from bank.families.mlp.residual_claims import EVENTS, TABLE, TAILS, Block, holds, measuring, put, why_of
from bank.families.mlp.residual_claims.draws import (
    CHANGED,
    FREE,
    NEEDS,
    ONE,
    OPTIONS,
    SEVERAL,
    SHIFTS,
    SIGNS,
    contexts,
    count_sets,
    several,
    unclear,
)

SECONDS = {"trained": 2.5}  # to train both signs; what the others need is shared by all


class ResidualSubtraction(Exercise):
    """Single choice has one `tail`; multiple choice asks of several `tails`.

    >>> block = {"claim": "equivalent", "relu_after": True, "free": "all", "change": "scale_and_shift"}
    >>> others = dict.fromkeys(("sign", "event", "tails"))
    >>> [ResidualSubtraction(tail=tail, **block, **others).solve() for tail in ("linear", "batch_norm", "relu")]
    ['last_layer', 'scale_and_shift', 'no']
    """

    title = "Residual connections: minus for plus"
    source = ("7b",)
    points = 2
    kinds = ("single_choice", "multiple_choice")
    tiers = ("training",)
    experiment = (
        "networks with plus and with minus, trained from mirrored starts in float64, or from starts of their own"
    )
    band = (4, 4)

    claim: str = param(
        OneOf(tuple(dict.fromkeys((*ONE, *SEVERAL)))),
        "one tail: equivalent, monotone, trained; several: equivalent, different, monotone, last_layer, scale",
    )
    tail: str | None = param(Optional(OneOf(tuple(TAILS))), "what follows the last linear layer; of single choice")
    tails: tuple[str, ...] | None = param(
        Optional(Lists(OneOf(tuple(TAILS)), OPTIONS, OPTIONS, distinct=True)), "the options of multiple choice"
    )
    relu_after: bool = param(OneOf((True, False)), "whether a ReLU follows stem and addition")
    sign: str | None = param(Optional(OneOf(SIGNS), "claim", "monotone"), "with which branches enter")
    free: str | None = param(Optional(OneOf(FREE)), "equivalent, different: which parameters may be changed")
    change: str | None = param(
        Optional(OneOf(CHANGED[:-1])),
        "equivalent: the option about a normalisation; trained: the parameters that change their signs",
    )
    event: str | None = param(Optional(OneOf(EVENTS), "claim", "trained"), "what is done after training")

    stem = TABLE["stem"]
    solution = TABLE["solution"]

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """The answer first, so that each is right equally often; of several tails, each as often right as wrong."""
        claims = SEVERAL if kind == "multiple_choice" else ONE
        claim = fixed["claim"] if fixed.get("claim") in claims else rng.choice(claims)
        if kind == "multiple_choice":
            context = rng.choice(contexts(claim))
            return {**dict.fromkeys(cls.domains()), "claim": claim, "tails": several(rng, claim), **context}
        by_answer = _questions(claim, tuple(sorted(each for each in fixed.items() if each[1] is not None)))
        drawn = rng.choice(rng.choice(by_answer)) if by_answer else {"relu_after": True}
        return {**dict.fromkeys(cls.domains()), "claim": claim, **drawn}

    @classmethod
    @cache
    def space(cls, kind: str) -> int:
        if kind == "single_choice":
            return sum(len(own) for claim in ONE for own in _questions(claim, ()))
        return sum(count_sets(claim) * (len(contexts(claim)) if claim in NEEDS else 1) for claim in SEVERAL)

    def identity(self, kind: str) -> Hashable:
        """Not the order of the tails, nor the ReLU after the addition where the branch alone is asked about."""
        after = self.relu_after if self.claim in NEEDS else None
        tails = frozenset(self.tails or (self.tail,))
        return self.claim, tails, after, self.sign, self.free, self.change, self.event

    def effort(self) -> float:
        """A thought for each option."""
        return float(OPTIONS)

    def refusals(self, kind: str) -> Iterator[Problem]:
        needed = {"single_choice": "tail", "multiple_choice": "tails"}[kind]
        claims = ONE if needed == "tail" else SEVERAL
        if self.claim not in claims:
            yield Problem("/params/claim", f"a {kind} question claims {', '.join(claims)}")
        elif getattr(self, needed) is None or None not in (self.tail, self.tails):
            yield Problem(f"/params/{needed}", f"a {kind} question has {needed}, and not the other")
        else:
            yield from super().refusals(kind)

    def constraints(self) -> Iterator[Problem]:
        needs = set(NEEDS.get(self.claim, ())) - (
            {"change"} if self.tails or self.event in ("switched", "retrained") else set()
        )
        for name in ("free", "change"):
            if (getattr(self, name) is not None) != (name in needs):
                yield Problem(f"/params/{name}", f"{self.claim} {'needs' if name in needs else 'does not use'} {name}")
                return
        if self.tails and self.free == "all" and not self.relu_after:
            yield Problem("/params/free", "without a ReLU after the addition every tail may be exchanged")
        if self.tail:
            yield from unclear(self.claim, self.block)

    @property
    def _given(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("tail", "relu_after", "sign", "free", "change", "event")}

    @property
    def block(self) -> Block:
        return Block(**self._given)

    def solve(self) -> Value:
        if self.tails:
            return {tail: holds(self.claim, tail) for tail in self.tails}
        return self.block.answer(self.claim)

    def distractors(self) -> Iterator[Wrong]:
        if self.tails:
            key = {tail: holds(self.claim, tail) for tail in self.tails}
            yield from (Wrong(key | {tail: not right}, why_of(self.claim, tail)) for tail, right in key.items())
            return
        block = self.block
        for answer in block.answers(self.claim):
            if answer != block.answer(self.claim):
                yield Wrong(answer, block.why(self.claim, answer))

    def show(self, options: Sequence[Any]) -> list[str]:
        texts = {tail: of["text"] for tail, of in TAILS.items()} if self.tails else TABLE[self.claim]["answers"]
        return [_capital(texts[option]) if self.tails else texts[option] for option in options]

    @property
    def question(self) -> str:
        words = {
            "free_text": TABLE["free"].get(self.free, ""),
            "moves_wrong": "become smaller" if self.sign == "plus" else "become larger",
            "event_text": TABLE["trained"]["events"].get(self.event, ""),
            "change_text": TABLE["trained"]["changes"].get(self.change, ""),
            "whom": "the second network" if self.event in ("retrained", "paired") else "the network now",
        }
        return put((TABLE["several"] if self.tails else TABLE)[self.claim]["question"], **words)

    @property
    def because(self) -> str:
        if not self.tails:
            return self.block.because(self.claim)
        return put(TABLE["several"][self.claim]["because"], unturned=TABLE["several"]["unturned"].get(self.free, ""))

    @property
    def judgements(self) -> list[tuple[str, bool, str]]:
        tails = self.tails or ()
        texts = self.show(tails)
        return [
            (text, holds(self.claim, tail), why_of(self.claim, tail)) for text, tail in zip(texts, tails, strict=True)
        ]

    @property
    def shown_answer(self) -> str:
        return "" if self.tails else self.show([self.key])[0]

    @property
    def opened(self) -> str:
        return r"\mathrm{ReLU}\bigl(" if self.relu_after else ""

    @property
    def closed(self) -> str:
        return r"\bigr)" if self.relu_after else ""

    @property
    def shown_sign(self) -> str:
        return "-" if self.sign == "minus" else "+"

    @property
    def told_tail(self) -> str:
        return f": {TAILS[self.tail]['text']}" if self.tail else ""

    def seconds(self, kind: str) -> float:
        return SECONDS.get(self.claim, 1.0)

    @classmethod
    def measure(cls, lab: Lab, questions: Sequence[Self]) -> list[Measurement]:
        """What is missing of all of them is trained together."""
        lab.plus_and_minus.prepare([flip for question in questions for flip in question.flips])
        return [question._measurement(lab) for question in questions]

    @property
    def flips(self) -> list[tuple[str, bool, str]]:
        """The mirrored trainings that an answer rests on."""
        changes = {"last_layer": ("last_layer",), "scale": ("scale_and_shift",), "monotone": ()}
        if self.event:
            used: tuple[str, ...] = (self.change,) if self.change else ()
        else:
            used = changes.get(self.claim, ("last_layer", *SHIFTS, "stream"))
        after = self.relu_after if self.claim in NEEDS else True
        return [(tail, after, change) for tail in self.tails or (str(self.tail),) for change in used]

    def _measurement(self, lab: Lab) -> Measurement:
        with lab.noted() as used:
            if self.tails:
                blocks = {tail: Block(**{**self._given, "tail": tail}) for tail in self.tails}
                value: Any = {tail: measuring.whether(lab, self.claim, block) for tail, block in blocks.items()}
            else:
                value = measuring.answer(lab, self.claim, self.block)
        return Measurement(value, tolerance=0.0, results=used)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


@cache
def _questions(claim: str, fixed: tuple[tuple[str, Any], ...]) -> list[list[dict[str, Any]]]:
    """All of one tail that are fair and fit what is fixed, those of one answer together."""
    choices: dict[str, tuple[Any, ...]] = {"sign": SIGNS, "free": FREE, "change": CHANGED, "event": EVENTS}
    needed = [values if name in NEEDS[claim] else (None,) for name, values in choices.items()]
    by_answer: dict[Any, list[dict[str, Any]]] = {}
    for values in product(TAILS, (True, False), *needed):
        given = dict(zip(("tail", "relu_after", *choices), values, strict=True))
        question = ResidualSubtraction(claim=claim, tails=None, **given)
        if all(given.get(name, value) == value for name, value in fixed) and question.is_drawn("single_choice"):
            by_answer.setdefault(question.solve(), []).append(given)
    shifts = [by_answer.pop(shift) for shift in SHIFTS if shift in by_answer]  # one option, of two sorts
    return [*by_answer.values(), *([[each for own in shifts for each in own]] if shifts else [])]
