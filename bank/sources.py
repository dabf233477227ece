"""What source files mean, so that a version changes where the meaning does; nothing is imported to find out."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Lock

ROOT = Path(__file__).parent
PACKAGE = ROOT.name
PARSING = Lock()


def parsed(source: str) -> ast.Module:
    """The tree of a source, one thread at a time.

    CPython up to 3.11.7 and 3.12.1 counts the depth of trees for all threads together: where a collection of garbage
    lets another parse in the middle, either may end in a SystemError (https://github.com/python/cpython/issues/106905).
    """
    with PARSING:
        return ast.parse(source)


def meaning(source: str) -> str:
    """What Python reads in a source: no comments, no layout; the same text under every version of Python.

    >>> meaning("x = (1 +  2)  # three") == meaning("x = 1 + 2"), meaning("x = 1") == meaning("x = 2")
    (True, False)
    """
    return " ".join(_words(parsed(source)))


@cache
def digest(module: str) -> str:
    """Twelve hexadecimal digits over a module of ours and all of ours that it imports; annotations do not count."""
    reached = sorted(_reached(module))
    told = "\0".join(f"{name}\0{meaning(path_of(name).read_text())}" for name in reached)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def path_of(module: str) -> Path:
    """Where a module of ours stands; a package is its `__init__`."""
    place = ROOT.joinpath(*module.split(".")[1:])
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _reached(module: str) -> set[str]:
    reached, waiting = {module}, [module]
    while waiting:
        fresh = set(_imported(parsed(path_of(waiting.pop()).read_text()))) - reached
        reached |= fresh
        waiting += fresh
    return reached


def _imported(node: ast.AST) -> Iterator[str]:
    """Modules of ours that are imported when the code runs."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if _is_ours(alias.name))
    elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE:
        wholes = (f"{node.module}.{alias.name}" for alias in node.names)
        yield from (whole if _is_ours(whole) else node.module for whole in wholes)
    for child in ast.iter_child_nodes(node):
        yield from _imported(child)


def _is_ours(module: str) -> bool:
    return module.split(".")[0] == PACKAGE and path_of(module).exists()


def _words(node: object) -> Iterator[str]:
    """Empty fields are left out: later versions of Python add some."""
    if isinstance(node, ast.AST):
        yield f"({type(node).__name__}"
        for name, value in ast.iter_fields(node):
            if value not in (None, []):
                yield name
                yield from _words(value)
        yield ")"
    elif isinstance(node, list):
        for part in node:
            yield from _words(part)
    else:
        yield repr(node)
