"""Every module in a topic's folder under bank/families holds one family; nothing else needs to know."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module

from bank import families
from bank.authoring.family import Family
from bank.errors import Problem, UnknownFamily


@cache
def all_families() -> dict[str, type[Family]]:
    """Every family by name, in the order of their names.

    >>> "quadratic_layer_ratio" in all_families()
    True
    """
    found = [_only_family(name) for name in _modules()]
    return {family.name(): family for family in sorted(found, key=lambda family: family.name())}


def get(name: str) -> type[Family]:
    """Raises UnknownFamily."""
    try:
        return all_families()[name]
    except KeyError:
        raise UnknownFamily("", Problem("/family", "no family goes by that name")) from None


def _modules() -> Iterator[str]:
    """The module of each family, `bank.families.<topic>.<name>`."""
    for module in pkgutil.walk_packages(families.__path__, f"{families.__name__}."):
        if not module.ispkg:
            yield module.name


def _only_family(module_name: str) -> type[Family]:
    found = [
        thing
        for thing in vars(import_module(module_name)).values()
        if isinstance(thing, type) and thing.__module__ == module_name and issubclass(thing, Family)
    ]
    (family,) = [thing for thing in found if not inspect.isabstract(thing)]
    return family
