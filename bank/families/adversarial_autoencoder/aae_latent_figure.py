"""What does the scatter of the codes show, and which labels led there? The figure is that of a run."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import factorial
from random import Random
from typing import Any

from bank.authoring import (
    RIGHT,
    WRONG,
    Evidence,
    Family,
    Integers,
    Lab,
    Lists,
    OneOf,
    PlaneStatements,
    Posed,
    Problem,
    Run,
    Shown,
    Statement,
    examined,
    latent_scatter,
    letters,
    param,
    posed,
    table_beside,
)
from bank.families.adversarial_autoencoder import LABELLED_AUTOENCODER

TEXTS = table_beside(__file__)
SHOWS, READING = (" ".join(TEXTS[name].split()) for name in ("figure_shows", "reading"))
LABELS = tuple(TEXTS["training"])
SEEDS, PICKS, CLASSES = 8, 1000, 10
MOVED = 0.005  # of the codes that rounding may move into another mode
ASKS = {"multiple_choice": ("all",), "single_choice": ("training", "training", "which", "not")}
OPTIONS = {"all": 5, "which": 4, "not": 4}
TRUE = {"all": (1, 2, 3, 4), "which": (1,), "not": (3,)}


class AaeLatentFigure(Family):
    """Key and statements come from the table of the run, the proof from the points as they are drawn.

    >>> asked = AaeLatentFigure(labels="all", seed=0, names=tuple(range(10)), turn=0, pick=0, ask="training")
    >>> asked.solve()
    'all'
    """

    title = "Adversarial autoencoder: reading the plane of codes"
    source = ("4", "4e")
    points = 2
    kinds = ("multiple_choice", "single_choice")
    tiers = ("training",)
    band = (4, 5)

    labels: str = param(OneOf(LABELS), "which images had a label in the run that is shown: none, few, all, random ones")
    seed: int = param(Integers(0, SEEDS - 1, 0, 10**6), "the seed of that run")
    names: tuple[int, ...] = param(
        Lists(Integers(0, CLASSES - 1), CLASSES, CLASSES, distinct=True), "what its classes and modes are called"
    )
    turn: int = param(Integers(0, CLASSES - 1), "by how many modes the plane is turned")
    pick: int = param(Integers(0, PICKS - 1), "which of the many statements are shown")
    ask: str = param(
        OneOf(("all", "training", "which", "not")),
        "all: select every true statement; which, not: one is true, false; training: which labels there were",
    )

    prelude = LABELLED_AUTOENCODER
    stem = f"""
        {SHOWS}

        <% if ask == "training" %>
        Which of these trainings was it?
        <% else %>
        {READING}

        Which of these statements <% if ask == "all" %>are true<% elif ask == "which" %>is true<% else %>is **not**
        true<% endif %>?
        <% endif %>
    """
    solution = """
        <% if ask == "training" %>
        *<<training>>.* <<lesson>>.
        <% else %>
        <% for statement in statements %>

        - *<< "True" if statement.true else "False" >>*: <<statement.text>>. <<statement.why>>.

        <% endfor %>
        <% endif %>
    """

    @classmethod
    def draw_params(cls, rng: Random, fixed: Mapping[str, Any], kind: str) -> dict[str, Any]:
        ask = fixed.get("ask") or (
            rng.choice(("training", rng.choice(("which", "not")))) if len(ASKS[kind]) > 1 else "all"
        )
        weights = [1 if ask == "training" else PlaneStatements.weights[labels] for labels in LABELS]
        return {
            "labels": rng.choices(LABELS, weights)[0],
            "seed": rng.randrange(SEEDS),
            "names": tuple(rng.sample(range(CLASSES), CLASSES)),
            "turn": rng.randrange(CLASSES),
            "pick": rng.randrange(PICKS),
            "ask": ask,
        }

    @classmethod
    def space(cls, kind: str) -> int:
        """Views of the runs, with what is asked of each."""
        views = len(LABELS) * SEEDS * factorial(CLASSES) * CLASSES
        return views * sum(1 if ask == "training" else PICKS for ask in set(ASKS[kind]))

    def identity(self, kind: str) -> Hashable:
        view = (self.ask, self.labels, self.seed, self.names, self.turn)
        return view if self.ask == "training" else (*view, self.pick)

    def effort(self) -> float:
        """A look at the figure for each option."""
        return float(OPTIONS.get(self.ask, len(LABELS)))

    def seconds(self, kind: str) -> float:
        return 12.0

    def refusals(self, kind: str) -> Iterator[Problem]:
        if self.ask not in ASKS[kind]:
            yield Problem("/params/ask", f"a {kind} question asks for {', '.join(sorted(set(ASKS[kind])))}")

    @classmethod
    def texts(cls) -> Sequence[str]:
        return [str(TEXTS[part]) for part in ("training", "training_shows", "figure", "told", "general")]

    def run(self) -> Run:
        return latent_scatter.run_of(self.labels, self.seed)

    def shown(self, result: Any) -> Shown:
        return self._shown if result is self.outcome else latent_scatter.shown(result, self.names, self.turn)

    @cached_property
    def _shown(self) -> Shown:
        return latent_scatter.shown(self.outcome, self.names, self.turn)

    def solve(self) -> Any:
        """Which labels there were, or which of the statements are true."""
        return self.labels if self.ask == "training" else {one.id: one.true for one in self.statements}

    def pose(self, kind: str, rng: Random) -> Posed:
        if self.ask != "training":
            return posed(kind, self.statements, self.solve(), sought=self.ask != "not")
        ids = letters(len(LABELS))
        reasons = [f"{RIGHT if each == self.labels else WRONG} {self.lesson}." for each in LABELS]
        return Posed(
            shape={"choices": ids},
            answer={"choice": ids[LABELS.index(self.solve())]},
            choices=list(TEXTS["training"].values()),
            feedback=[({"choice": letter}, why) for letter, why in zip(ids, reasons, strict=True)],
        )

    @classmethod
    def prove(cls, lab: Lab, asked: Sequence[tuple[str, AaeLatentFigure]]) -> list[Evidence]:
        return [question.proven(lab) for _, question in asked]

    def proven(self, lab: Lab) -> Evidence:
        """By the points as they are drawn; what is said of such trainings by eight others."""
        found = self._told_apart(lab) if self.ask == "training" else examined(lab, self.statements, self.solve())
        moved = lab.scatters.moved(self.drawn)
        check = {"experiment": "codes that the table counts elsewhere", "measured": moved, "holds": moved <= MOVED}
        verdict = found.verdict if check["holds"] else "refuted"
        return replace(found, verdict=verdict, more={**found.more, "checks": [check]})

    def _told_apart(self, lab: Lab) -> Evidence:
        found, claimed = lab.scatters.labels(self.drawn), self.solve()
        others = [each for each in LABELS if each != claimed]
        return Evidence(
            verdict="confirmed" if found == claimed else "refuted",
            tier="training",
            experiment="where the drawn points lie, beside where each of the trainings leads",
            claimed=claimed,
            measured=found,
            tolerance=0.0,
            distractors=[
                {"value": each, "verdict": "not refuted" if each == found else "refuted", "margin": None}
                for each in others
            ],
        )

    @cached_property
    def statements(self) -> list[Statement]:
        """None where it is asked which training it was."""
        if self.ask == "training":
            return []
        rng = Random(f"statements/{self.to_json()}")
        true = rng.choice(TRUE[self.ask])
        truths = [place < true for place in range(OPTIONS[self.ask])]
        rng.shuffle(truths)
        table = latent_scatter.renamed(self.outcome["table"], self.names)
        found = PlaneStatements(TEXTS, self.labels, table, self.drawn).some(rng, truths)
        return rng.sample(found, len(found))

    @cached_property
    def drawn(self) -> Mapping[str, Any]:
        """The series of the figure."""
        return self._shown.series

    @property
    def training(self) -> str:
        return TEXTS["training"][self.labels]

    @property
    def lesson(self) -> str:
        return " ".join(TEXTS["training_shows"][self.labels].split())
