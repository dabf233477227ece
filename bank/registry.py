"""Every module in bank/families holds one family; nothing else needs to know."""

from __future__ import annotations

import inspect
import pkgutil
from functools import cache
from importlib import import_module

from bank import families
from bank.errors import Problem, UnknownFamily
from bank.family import Family


@cache
def all_families() -> dict[str, type[Family]]:
    """Every family by name, in the order of their names.

    >>> "quadratic_layer_ratio" in all_families()
    True
    """
    names = sorted(module.name for module in pkgutil.iter_modules(families.__path__))
    return {name: _only_family(f"{families.__name__}.{name}") for name in names}


def get(name: str) -> type[Family]:
    """Raises UnknownFamily."""
    try:
        return all_families()[name]
    except KeyError:
        raise UnknownFamily("", Problem("/family", "no family goes by that name")) from None


def _only_family(module_name: str) -> type[Family]:
    found = [
        thing
        for thing in vars(import_module(module_name)).values()
        if isinstance(thing, type) and thing.__module__ == module_name and issubclass(thing, Family)
    ]
    (family,) = [thing for thing in found if not inspect.isabstract(thing)]
    return family
