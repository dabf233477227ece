"""What is left to write in a family: marks in its source and in its texts, which no family may keep."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bank.sources import parsed

MARK = "UNWRITTEN: "
QUOTE = '"'  # where a text ends in TOML
MAKERS = ("unwritten", "Unwritten")


def unwritten(what: str) -> str:
    """A text that is still to be written; where a method is, it raises `Unwritten`."""
    return f"{MARK}{what}"


def marks(source: Path) -> list[str]:
    """What is left to write in a family's file and in the TOML beside it, each with its line.

    >>> marks(Path(__file__))
    []
    """
    texts = source.with_suffix(".toml")
    return [*_calls(source), *(_lines(texts) if texts.exists() else [])]


def _calls(source: Path) -> Iterator[str]:
    calls = [node for node in ast.walk(parsed(source.read_text())) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda found: found.lineno):
        if isinstance(call.func, ast.Name) and call.func.id in MAKERS:
            said = " ".join(ast.literal_eval(text) for text in call.args if isinstance(text, ast.Constant))
            yield f"{source.name}:{call.lineno}: {said}"


def _lines(texts: Path) -> Iterator[str]:
    for number, line in enumerate(texts.read_text().splitlines(), 1):
        _, marked, said = line.partition(MARK)
        if marked:
            yield f"{texts.name}:{number}: {said.split(QUOTE)[0]}"
