"""Formulas can be heard, and figures read, by those who do not see them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bank.authoring.family import Family
from bank.contract.drawing import Drawn, drawn, hold

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

WITHOUT_TEX = re.compile(r'<math(?![^>]* alttext="[^"]+")')
CODE = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
THREE_DOTS = "..."
SMALL = re.compile(r'<math(?! displaystyle="true")[^>]*>(?:(?!</math>).)*<mfrac>', re.DOTALL)


def every_formula_can_be_heard(family: type[Family], kind: str, lab: Lab) -> None:
    for seed, each in enumerate(drawn(family, kind)):
        for field, html in _htmls(each):
            bare = WITHOUT_TEX.search(html)
            hold(seed, field, bare is None, "a formula has no alttext")
            if "." in html:
                said = TAG.sub("", CODE.sub("", html))
                hold(seed, field, THREE_DOTS not in said, r"three dots are no ellipsis: write … or \dots")


def fractions_in_options_can_be_read(family: type[Family], kind: str, lab: Lab) -> None:
    for seed, each in enumerate(drawn(family, kind)):
        for choice in each.public["choices"]:
            small = SMALL.search(choice["html"])
            hold(seed, f"option {choice['id']}", small is None, "a fraction is small")


def figures_are_told_in_words_and_numbers(family: type[Family], kind: str, lab: Lab) -> None:
    for seed, each in enumerate(drawn(family, kind)):
        for figure in each.public["figures"]:
            hold(seed, "figures", bool(figure.get("alt", "").strip()), "one has no alternative in words")
            hold(seed, "figures", bool(figure.get("data", {}).get("rows")), "one has no numbers")
            hold(seed, "figures", "<caption>" in figure["data"].get("html", ""), "one has no table with a caption")


def _htmls(question: Drawn) -> Iterator[tuple[str, str]]:
    """All HTML of a question with the field that holds it."""
    yield "stem", question.public["stem"]["html"]
    yield "solution", question.private["solution"]["html"]
    parts: list[tuple[str, Mapping[str, Any]]] = [(f"option {part['id']}", part) for part in question.public["choices"]]
    parts += [("feedback", part) for part in question.private["feedback"]]
    for field, part in parts:
        yield field, part["html"]
