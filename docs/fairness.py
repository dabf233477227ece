"""`python docs/fairness.py` writes docs/fairness.md: what is earned without knowing the matter, family by family.

The trained test-taker of the tests takes part, so that scikit-learn is needed.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bank import registry
from bank.authoring.exercise import Exercise
from bank.authoring.family import Family
from bank.contract.drawing import drawn
from bank.contract.guessers import GUESSED
from bank.contract.wrong_rules import NUMBERS, questions
from bank.spaces import space
from bank.strategies import question, scores
from bank.stress import NUMBER

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests.bank import trained_taker  # noqa: E402 - the tests are found from the folder of the project

PAGE = HERE / "fairness.md"
CHOSEN = ("single_choice", "multiple_choice")
HEAD = """\
# What is earned without knowing the matter

Written by [`docs/fairness.py`](fairness.py) over {seeds} questions of each family and kind. *Strategy* is the best of
those in `bank/strategies/`, which see the options and the stem and know no family: at most 0.10 above chance where one
option is right (0.35 with four), at most 0.20 entirely right where several are to be ticked. *Test-taker* is a
classifier that has learnt from 400 other questions of the same family with their keys: 0.20 above chance is the aim,
and where it is above, its score stands in bold. *Wrong rule* is the share of questions in which the named mistake that
pays most is graded right, *key* that of the most frequent key, each at most 0.05. *Effort* is the band in which all
questions lie, by what is asked, its end at most three times its beginning; *questions* is how many there are.

| family | kind | strategy | test-taker | wrong rule | key | effort | questions |
|---|---|---|---|---|---|---|---|"""


def page() -> str:
    rows = [_row(family, kind) for family in registry.all_families().values() for kind in family.kinds]
    return "\n".join([HEAD.format(seeds=GUESSED), *rows]) + "\n"


def _row(family: type[Family], kind: str) -> str:
    cells = (
        f"`{family.name()}`",
        kind.replace("_", " "),
        _strategy(family, kind),
        _taker(family, kind),
        _wrong_rule(family, kind),
        _key(family, kind),
        "; ".join(f"{asking} {low:g}–{high:g}".strip() for asking, (low, high) in family.bands().items()),
        _counted(space(family, kind)),
    )
    return f"| {' | '.join(cells)} |"


def _strategy(family: type[Family], kind: str) -> str:
    if kind not in CHOSEN:
        return ""
    asked = [(question(each.public), each.private["answer"]) for each in drawn(family, kind, GUESSED)]
    best = scores(kind, asked)[0]
    return f"{best.of_all:.2f} {best.name}"


def _taker(family: type[Family], kind: str) -> str:
    if kind != "single_choice":
        return ""
    found, _, learnt, _ = trained_taker.score(family)
    return f"{found:.2f}" if found <= trained_taker.limit(len(learnt.texts[0])) else f"**{found:.2f}**"


def _wrong_rule(family: type[Family], kind: str) -> str:
    if not issubclass(family, Exercise) or kind not in (*NUMBERS, "single_choice"):
        return ""
    paid = Counter(NUMBER.sub("…", wrong.why) for each in questions(family, kind) for wrong in each.rewarded(kind))
    return _share(paid.values(), family, kind)


def _key(family: type[Family], kind: str) -> str:
    if not issubclass(family, Exercise) or kind not in NUMBERS:
        return ""
    return _share(Counter(repr(each.asked(kind).key) for each in questions(family, kind)).values(), family, kind)


def _share(times: Iterable[int], family: Any, kind: str) -> str:
    return f"{max(times, default=0) / len(questions(family, kind)):.2f}"


def _counted(space: int | None) -> str:
    return "∞" if space is None else f"{space:,}" if space < 10**6 else f"{space:.0e}".replace("e+", "·10^")


if __name__ == "__main__":
    PAGE.write_text(page())
