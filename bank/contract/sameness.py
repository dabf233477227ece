"""Questions that ask the same look the same, whatever their key is, and cost about as much work."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bank import kinds
from bank.authoring.family import Family
from bank.contract.drawing import Drawn, drawn, hold
from bank.errors import BrokenPromise

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab

WIDEST = 3  # times the least effort that the most may be
MATHEMATICS = re.compile(r"\\\((.*)\\\)", re.DOTALL)
NAMES_AND_SIZES = re.compile(r"(?:\\\(\S+\\\) as )?`[^`]*`(?:, (?:\\\(\S+\\\) as )?`[^`]*`)*|[0-9]+ × [0-9]+")
NUMBER = re.compile(r"-?(\d+|\\[dt]?frac\{\d+\}\{\d+\})")
ROOT = re.compile(r"\\(sqrt|ln|log|exp)\b")
DECIMAL = re.compile(r"-?\d+\.\d+")


def instruction_tolerance_and_options_do_not_depend_on_the_key(family: type[Family], kind: str, lab: Lab) -> None:
    known: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for seed, each in enumerate(drawn(family, kind)):
        asking = family.from_json(each.draft.params).asking
        for name, found in appearance(each).items():
            first = known[asking].setdefault(name, found)
            hold(seed, name, found == first, f"is {found}, that of an earlier question that asks the same {first}")


def appearance(question: Drawn) -> Mapping[str, Any]:
    """What may tell something of the key of a question: instruction, form of numbers, form of the options."""
    private = question.private
    instruction = kinds.get(private["kind"]).instruction(private["shape"], private["answer"])
    options = {form_of(choice["text"]) for choice in question.public["choices"]}
    return {
        "instruction": NAMES_AND_SIZES.sub("…", instruction),
        "form": private["shape"].get("form"),
        "options": options,
    }


def form_of(option: str) -> str:
    r"""
    >>> [form_of(text) for text in (r"\(0.25\)", r"\(4\)", r"\(-\frac{1}{4}\)", r"\(\sqrt{2}\)", r"\(y = x\)", "No")]
    ['decimal', 'rational', 'rational', 'root or logarithm', 'words', 'words']
    """
    formula = MATHEMATICS.fullmatch(option)
    if formula is None:
        return "words"
    written = formula[1].removeprefix(r"\displaystyle").strip()
    if DECIMAL.fullmatch(written):
        return "decimal"
    if NUMBER.fullmatch(written):
        return "rational"
    return "root or logarithm" if ROOT.search(written) and "=" not in written else "words"


def effort_is_declared_and_comparable(family: type[Family], kind: str, lab: Lab) -> None:
    """In each ask of a family the hardest question costs at most three times as much work as the easiest."""
    bands = family.bands()
    for asking, (least, most) in bands.items():
        if not 0 < least <= most <= WIDEST * least:
            raise BrokenPromise(f"the band of effort of {asking or 'what it asks'} is {least} to {most}")
    for seed, each in enumerate(drawn(family, kind)):
        question, effort = family.from_json(each.draft.params), each.private["effort"]
        band = bands.get(question.asking) or bands.get("")
        hold(seed, "effort", band is not None, f"no band is declared for {question.asking or 'what is asked'}")
        hold(seed, "effort", not question.strays and effort > 0, f"{effort} lies outside of {band}")
