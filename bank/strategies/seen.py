"""What a learner sees of a question who does not know its matter: the stem, and the text and value of each option."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bank.errors import Unreadable
from bank.notation.expression import number

NUMBER = re.compile(r"\d+(?:\.\d+)?")
SIGNED = re.compile(r"-?\d+(?:\.\d+)?")
FORMULAS = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
MEANT = (  # TeX, innermost braces first, and what the grammar of learners' formulas calls it
    (re.compile(r"\\(?:displaystyle|left|right|[,;! ])"), ""),
    (re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}"), r"((\1)/(\2))"),
    (re.compile(r"\\sqrt\{([^{}]*)\}"), r"sqrt(\1)"),
    (re.compile(r"\^\{([^{}]*)\}"), r"^(\1)"),
    (re.compile(r"\\(?:ln|log)\s*\{?(\d+(?:\.\d+)?)\}?"), r"ln(\1)"),
    (re.compile(r"\\(ln|log|exp)\b"), r"\1"),
    (re.compile(r"\\(?:cdot|times)\b"), "*"),
)


@dataclass(frozen=True, slots=True)
class Option:
    """`value` is that of the number that is printed: of the text as a whole, or of the only one that differs."""

    id: str
    text: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The stem (Markdown), and the options in the order shown."""

    stem: str
    options: Sequence[Option]

    @property
    def values(self) -> list[float]:
        """Those of all options; none where one of them has none."""
        found = [option.value for option in self.options if option.value is not None]
        return found if len(found) == len(self.options) else []


def question(public: Mapping[str, Any]) -> Question:
    """What is seen of a public view."""
    texts = [choice["text"] for choice in public["choices"]]
    values = printed(texts)
    return Question(
        public["stem"]["text"],
        [
            Option(choice["id"], text, value)
            for choice, text, value in zip(public["choices"], texts, values, strict=True)
        ],
    )


def printed(texts: Sequence[str]) -> list[float | None]:
    r"""The number that each of the options prints.

    >>> printed([r"\(-\frac{7}{2}\)", r"\(\sqrt{4}\)"]), printed(["N(0, 0.25)", "N(0, 4)"]), printed(["Yes", "No"])
    ([-3.5, 2.0], [0.25, 4.0], [None, None])
    """
    values = [_value(text) for text in texts]
    if None not in values:
        return values
    frames = {NUMBER.sub("#", text) for text in texts}
    columns = list(zip(*(NUMBER.findall(text) for text in texts), strict=True)) if len(frames) == 1 else []
    varied = [column for column in columns if len(set(column)) > 1]
    return [float(text) for text in varied[0]] if len(varied) == 1 else values


def place_by_value(seen: Question, right: str) -> int | None:
    """How many options are smaller than the right one; None where some option is no number."""
    key = next(option for option in seen.options if option.id == right)
    return sum(value < (key.value or 0.0) for value in seen.values) if seen.values else None


def numbers_in(stem: str) -> frozenset[float]:
    """The numbers that the formulas of a stem print, one by one."""
    formulas = ["".join(found) for found in FORMULAS.findall(stem)]
    whole = {float(text) for formula in formulas for text in SIGNED.findall(formula)}
    fractions = {
        int(top) / int(bottom)
        for formula in formulas
        for top, bottom in re.findall(r"\\frac\{(\d+)\}\{(\d+)\}", formula)
        if int(bottom)
    }
    return frozenset(whole | fractions)


@lru_cache(maxsize=1 << 14)
def _value(text: str) -> float | None:
    if not (text.startswith("\\(") and text.endswith("\\)")):
        return None
    tex, before = text[2:-2], ""
    while tex != before:
        before = tex
        for pattern, meant in MEANT:
            tex = pattern.sub(meant, tex)
    try:
        return float(number(tex))
    except Unreadable:
        return None
