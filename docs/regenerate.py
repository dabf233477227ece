"""`python docs/regenerate.py` writes what the README shows, and docs/families.md: nothing in them is typed by hand.

The README shows an answer of the API, its evidence, the topics, and a picture. That one is drawn by `python
docs/regenerate.py picture` alone: it needs Chromium (`chromium` on PATH) and a font with mathematics, STIX for example.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from bank import registry
from bank.authoring.family import Family
from bank.identity import Identity
from bank.lab import Lab
from bank.spaces import space
from bank.variant import Variant
from bank.verification import Task, verify

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
FAMILIES = HERE / "families.md"
FAMILY, SEED = "quadratic_layer_ratio", 1  # the question that a new service makes first
SECRET = "of the instance that the README shows, and of no other"  # noqa: S105 - as it says
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SHORTENED = 66  # characters of a text that the README shows of it
OF_ONE_RUN = ("seconds", "versions", "device")  # of evidence: another machine, or another day, has others
EXAMPLES = 3  # families that the README names of each topic
COLUMNS = "| family | question | exam | kinds (variants) | evidence |\n|---|---|---|---|---|"
CATALOGUE = """\
Written by [`docs/regenerate.py`](regenerate.py) from the classes themselves. *Exam* is the part of the exam that a
question comes from; a + marks one that goes beyond it. *Kinds* are the ways it can be asked, the default first, each
with the number of distinct questions, ∞ where that has no bound. *Evidence* is the tier by which answer keys are
confirmed: `exact` counts or computes without rounding, `numeric` measures in floating point, `monte-carlo` by samples,
`training` by training networks; a `proof` is spelled out, a `reference` names its source."""
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
  body {{ margin: 0; padding: 36px; background: #eef1f5; color: #1d2733;
         font: 18px/1.55 "Liberation Sans", Arial, sans-serif }}
  article {{ max-width: 760px; margin: auto; padding: 30px 40px 34px; background: #fff; border-radius: 12px;
            box-shadow: 0 2px 14px #1d273322 }}
  header {{ display: flex; justify-content: space-between; align-items: baseline; margin-bottom: 10px;
           padding-bottom: 12px; border-bottom: 2px solid #2f6f8f }}
  h1 {{ margin: 0; font-size: 21px }}
  header span {{ color: #5a6b7b; font-size: 15px }}
  label {{ display: flex; gap: 14px; align-items: center; margin: 9px 0; padding: 9px 16px; border: 1px solid #cfd8e0;
          border-radius: 8px }}
  label b {{ color: #2f6f8f }}
  math {{ font-family: "STIX Two Math", "STIX Math", STIXGeneral, STIX, math; font-size: 112% }}
</style>
<article><header><h1>{title}</h1><span>{points} points</span></header>{stem}{choices}</article></html>
"""


def example() -> Variant:
    return Identity(SECRET.encode()).named(registry.get(FAMILY).draft(SEED))


def answer() -> str:
    """The public view of the example, its long texts cut."""
    return _lines(_shortened(json.loads(example().public)))


def evidence(standing: str = "") -> str:
    """The evidence record of the example; seconds, versions and device of the one that is standing, if it agrees."""
    shown = example()
    (judged,) = verify(Lab(), shown.family, [Task(shown.kind, shown.params, shown.seed)])
    record, before = json.loads(json.dumps(judged.evidence)), json.loads(standing or "{}")
    same = all(before.get(name) == value for name, value in record.items() if name not in OF_ONE_RUN)
    return _lines(record | {name: before[name] for name in OF_ONE_RUN} if same else record)


def _lines(record: dict[str, Any]) -> str:
    """JSON, a member a line, and an entry a line where entries are objects."""
    return "{\n" + ",\n".join(f'  "{name}": {_entries(name, value)}' for name, value in record.items()) + "\n}"


def _entries(name: str, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("}, {", "},\n" + " " * len(f'  "{name}": [') + "{") if isinstance(value, list) else text


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part) for part in value]
    return f"{value[:SHORTENED]}…" if isinstance(value, str) and len(value) > SHORTENED + 20 else value


def table() -> str:
    """One row a topic."""
    rows = [f"| {topic} | {len(found)} | {_named(found[:EXAMPLES])} |" for topic, found in topics()]
    return "\n".join(["| topic | families | for example |", "|---|---|---|", *rows])


def _named(found: list[type[Family]]) -> str:
    return ", ".join(f"[`{family.name()}`]({_source(family)})" for family in found)


def topics() -> Iterator[tuple[str, list[type[Family]]]]:
    """The families of each topic, by the name of the topic in words."""

    def topic_of(family: type[Family]) -> str:
        return family.topic().replace("-", " ")

    found = sorted(registry.all_families().values(), key=topic_of)
    return ((topic, list(of_it)) for topic, of_it in groupby(found, key=topic_of))


def catalogue() -> str:
    """docs/families.md: a table for each topic."""
    parts = ["# The families", CATALOGUE]
    for topic, found in topics():
        rows = "\n".join(map(_row, found))
        parts += [f"## {topic.capitalize()}", f"{COLUMNS}\n{rows}"]
    return "\n\n".join(parts) + "\n"


def _row(family: type[Family]) -> str:
    cells = (
        f"[`{family.name()}`](../{_source(family)})",
        family.title,
        ", ".join(family.source),
        ", ".join(f"{kind.replace('_', ' ')} ({_size(space(family, kind))})" for kind in family.kinds),
        ", ".join(family.tiers),
    )
    return f"| {' | '.join(cells)} |"


def _source(family: type[Family]) -> str:
    return f"{family.__module__.replace('.', '/')}.py"


def _size(space: int | None) -> str:
    """
    >>> _size(5391), _size(322640768484), _size(None)
    ('5,391', '3·10¹¹', '∞')
    """
    if space is None:
        return "∞"
    exponent = len(str(space)) - 1
    return f"{space:,}" if exponent < 6 else f"{space // 10**exponent}·10{str(exponent).translate(RAISED)}"


def page() -> str:
    """The example as a page shows it: the API's HTML as it stands, in a frame of our own."""
    shown = json.loads(example().public)
    choices = "".join(
        f'<label><input type="radio" name="choice"><b>{choice["id"]}</b>{choice["html"]}</label>'
        for choice in shown["choices"]
    )
    return PAGE.format(title=shown["title"], points=shown["points"], stem=shown["stem"]["html"], choices=choices)


def draw_picture() -> None:
    from playwright.sync_api import sync_playwright

    quiet = ["--disable-gpu", "--disable-background-networking", "--no-first-run", "--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=quiet)
        window = browser.new_page(viewport={"width": 880, "height": 600}, device_scale_factor=1.5)
        window.set_content(page())
        window.screenshot(path=HERE / "question.png", full_page=True)
        browser.close()


def renewed(text: str) -> str:
    """The README with its generated parts as they are now."""
    for name, made in GENERATED.items():
        part = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=\n<!-- /{name} -->)", re.DOTALL)
        text = part.sub(lambda found, made=made: made(found[0]), text)
    return text


GENERATED: dict[str, Callable[[str], str]] = {  # each is told what is standing
    "families": lambda _: table(),
    "answer": lambda _: f"```json\n{answer()}\n```",
    "evidence": lambda standing: f"```json evidence\n{evidence(_without_fences(standing))}\n```",
}


def _without_fences(block: str) -> str:
    return "\n".join(block.split("\n")[1:-1])


if __name__ == "__main__":
    if sys.argv[1:] == ["picture"]:
        draw_picture()
    else:
        README.write_text(renewed(README.read_text()))
        FAMILIES.write_text(catalogue())
