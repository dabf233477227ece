"""`python docs/regenerate.py` writes what the README shows: the table of families, an answer of the API, a picture.

The picture needs Chromium (`chromium` on PATH) and a font with mathematics, STIX for example.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from bank import registry
from bank.authoring.family import Family
from bank.identity import Identity
from bank.variant import Variant

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
SECRET = "of the instance that the README shows, and of no other"  # noqa: S105 - as it says
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SHORTENED = 66  # characters of a text that the README shows of it
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
    """The question that a new service makes first."""
    return Identity(SECRET.encode()).named(registry.get("quadratic_layer_ratio").draft(1))


def answer() -> str:
    """The public view of the example as JSON, a member a line, its long texts cut."""
    shown = _shortened(json.loads(example().public))
    lines = [f'  "{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in shown.items()]
    return "{\n" + ",\n".join(lines).replace('}, {"id"', '},\n              {"id"') + "\n}"


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part) for part in value]
    return f"{value[:SHORTENED]}…" if isinstance(value, str) and len(value) > SHORTENED + 20 else value


def table() -> str:
    """One row a family."""
    rows = [_row(family) for family in registry.all_families().values()]
    return "\n".join(["| family | question | exam | kinds | variants |", "|---|---|---|---|---|", *rows])


def _row(family: type[Family]) -> str:
    name = family.name()
    kinds = ", ".join(kind.replace("_", " ") for kind in family.kinds)
    cells = (
        f"[`{name}`]({family.__module__.replace('.', '/')}.py)",
        family.title,
        ", ".join(family.source),
        kinds,
        _size(family.space(family.kinds[0])),
    )
    return f"| {' | '.join(cells)} |"


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
    for name, content in {"families": table(), "answer": f"```json\n{answer()}\n```"}.items():
        part = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = part.sub(lambda found, content=content: f"{found[1]}{content}\n{found[2]}", text)
    return text


if __name__ == "__main__":
    README.write_text(renewed(README.read_text()))
    draw_picture()
