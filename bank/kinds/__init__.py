"""The kinds a question can be asked in: every module in here holds one, named as the API names it."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from bank.errors import Problem, UnknownFamily
from bank.kinds.kind import Grade, Kind, Reading, Samples

__all__ = ["Grade", "Kind", "Reading", "Samples", "all_kinds", "get"]


@cache
def all_kinds() -> dict[str, Kind]:
    """Every kind by name.

    >>> sorted(all_kinds())
    ['expression', 'fields', 'matrix', 'multiple_choice', 'numeric', 'single_choice', 'text']
    """
    modules = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    found = [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, Kind)
        and thing is not Kind
        and thing.__module__ == module.__name__
    ]
    return {kind.name: kind() for kind in found}


def get(name: str) -> Kind:
    """Raises UnknownFamily."""
    try:
        return all_kinds()[name]
    except KeyError:
        raise UnknownFamily("", Problem("/kind", "no kind goes by that name")) from None
