"""What holds of residual blocks that subtract: the rules, and the reasons, by the tail of the branch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bank.authoring import table_beside

TABLE = table_beside(str(Path(__file__).parent.with_name("residual_subtraction")))
TAILS: dict[str, dict[str, str]] = TABLE["tails"]
HOLE = re.compile("<<([a-z_A-Z]+)>>")
CAN_NEGATE = ("odd", "norm")  # groups of tails whose branch can become its own negative
CHANGES = {"odd": ("last_layer",), "norm": ("scale_and_shift", "weights_and_shift"), "positive": (), "below": ()}
TRUE = {  # of several tails: the groups that a claim holds of, and how often others stand beside them
    "equivalent": ({"odd": 1, "norm": 1}, {"positive": 3, "below": 1}),
    "different": ({"positive": 1, "below": 1}, {"odd": 1, "norm": 1}),
    "monotone": ({"positive": 1}, {"odd": 3, "norm": 3, "below": 2}),
    "last_layer": ({"odd": 1}, {"norm": 5, "positive": 3}),
    "scale": ({"norm": 1}, {"odd": 5, "positive": 3}),
}
EVENTS = ("switched", "retrained", "mirrored", "paired", "opposite")
CASES = {  # what is to be expected; in the cases with un- the change of signs is not the right one
    "switched": "guessing",
    "retrained": "alike",
    "mirrored": "same",
    "paired": "same",
    "unmirrored": "guessing",
    "unpaired": "alike",
    "opposite": "opposite",
}


@dataclass(frozen=True)
class Block:
    """One tail, and what is asked of it; what the claim does not need is None."""

    tail: str
    relu_after: bool
    sign: str | None = None
    free: str | None = None
    change: str | None = None
    event: str | None = None

    @property
    def group(self) -> str:
        return TAILS[self.tail]["group"]

    @property
    def mirrors(self) -> tuple[str, ...]:
        """The changes of signs that make minus the same as plus."""
        return (*CHANGES[self.group], *(() if self.relu_after else ("stream",)))

    @property
    def case(self) -> str:
        wrong = self.event in ("mirrored", "paired") and self.change not in self.mirrors
        return f"un{self.event}" if wrong else str(self.event)

    def answers(self, claim: str) -> tuple[str, ...]:
        """The options."""
        if claim == "equivalent":
            return "last_layer", str(self.change), "stream", "no"
        return tuple(TABLE[claim]["answers"])

    def answer(self, claim: str) -> str:
        if claim == "trained":
            return CASES[self.case]
        if claim == "monotone":
            if self.group == "positive":
                return "up" if self.sign == "plus" else "down"
            return "both" if self.relu_after else "any"
        if self.group in CAN_NEGATE:
            return "last_layer" if self.group == "odd" else str(self.change)
        return "stream" if self.free == "all" and not self.relu_after else "no"

    def because(self, claim: str) -> str:
        """Why the answer is right."""
        answer = self.answer(claim)
        part = self.case if claim == "trained" else answer
        words = {"lost": TABLE["equivalent"]["lost"][self.free or "all"]}
        if claim == "monotone":
            words |= {"idle": TABLE["monotone"]["idle"].get(answer, "") if self.relu_after else ""}
        return put(TABLE[claim]["because"][part], **self._words, **words)

    def why(self, claim: str, wrong: str) -> str:
        """Why another answer is wrong."""
        rule = {"equivalent": self._not_so, "monotone": self._not_there, "trained": self._not_then}[claim]
        return put(TABLE[claim]["wrong"][rule(wrong)], **self._words)

    def _not_so(self, wrong: str) -> str:
        if wrong == "no":
            return {"odd": "no_last_layer", "norm": "no_norm"}.get(self.group, "no_stream")
        if wrong == "stream":
            return "stream_after" if self.relu_after else "stream_branches"
        return f"{wrong}_{self.group if self.group in CAN_NEGATE else 'half'}"

    def _not_there(self, wrong: str) -> str:
        if self.group == "positive":
            return "positive"
        return "signs" if wrong in ("up", "down") else "after" if self.relu_after else "none_after"

    def _not_then(self, wrong: str) -> str:
        case = self.case
        if wrong == "opposite":
            return "opposite_switched" if case == "switched" else "opposite_else"
        if case in ("mirrored", "paired") or (case, wrong) == ("opposite", "alike"):
            return f"{wrong}_exact"
        return f"{wrong}_{case}"

    @property
    def _words(self) -> dict[str, str]:
        own = {"name": "", "odd": "", "passes": "", "follower": "", **TAILS[self.tail]}
        negative = f"{own['name']} gives negative numbers, too, so" if self.group == "below" else "With these tails"
        moves = {"plus": "raises elements or leaves them", "minus": "lowers elements or leaves them"}
        signs = rf"{negative} \(F_l\) may be positive or negative."
        return own | {"signs_of_F": signs, "moves": moves.get(str(self.sign), "")}


def holds(claim: str, tail: str) -> bool:
    """Whether a claim of several tails holds of this one."""
    return TAILS[tail]["group"] in TRUE[claim][0]


def why_of(claim: str, tail: str) -> str:
    """Why it does, or why not."""
    own = {"passes": "", "name": "", **TAILS[tail]}
    group = own["group"]
    rules = {
        "monotone": {"positive": "positive", "below": "below"}.get(group, "both_signs"),
        "last_layer": {"odd": "turns_odd", "norm": "shift"}.get(group, "not_odd"),
        "scale": {"norm": "turns_norm"}.get(group, "after_the_norm" if tail.startswith("batch_norm") else "inside"),
    }
    rule = rules.get(claim) or {"odd": "turns_odd", "norm": "turns_norm"}.get(group, "half")
    return put(TABLE["several"]["why"][rule], **own)


def put(text: str, /, **words: str) -> str:
    """A text with its holes filled; what is filled in may have holes, too."""
    for _ in range(2):
        text = HOLE.sub(lambda hole: words[hole[1]], text)
    found = " ".join(text.split())
    return found[:1].upper() + found[1:]
