"""Every module in a topic's folder of a package of families holds one family; nothing else needs to know.

Our own package is `bank.families`. Those of a course are added by `include`, once, where a process starts.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

from bank import families
from bank.authoring.family import Family
from bank.errors import FamilyClash, NoSuchPackage, Problem, UnknownFamily, UnusableFamily

FAULTS_AT_IMPORT = (  # of a file that is being written
    ArithmeticError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)

_packages: dict[str, ModuleType] = {families.__name__: families}


def include(names: Sequence[str]) -> None:
    """Add packages of families: `mycourse.families`. Raises NoSuchPackage, UnusableFamily, FamilyClash."""
    add(names)
    all_families()


def add(names: Sequence[str]) -> None:
    """Add packages whose families are looked at when they are asked for. Raises NoSuchPackage."""
    for name in names:
        try:
            package = import_module(name)
        except ImportError as error:
            raise NoSuchPackage(f"the package of families {name} cannot be imported: {error}") from error
        if not hasattr(package, "__path__"):
            raise NoSuchPackage(f"{name} is a module; families lie in a package, a folder for each topic")
        _packages[name] = package
    all_families.cache_clear()


def packages() -> tuple[ModuleType, ...]:
    """The packages that families are looked for in, our own first."""
    return tuple(_packages.values())


@cache
def all_families() -> dict[str, type[Family]]:
    """Every family by name, in the order of their names. Raises UnusableFamily, FamilyClash.

    >>> "quadratic_layer_ratio" in all_families()
    True
    """
    found: dict[str, type[Family]] = {}
    for family in map(_only_family, _modules()):
        other = found.setdefault(family.name(), family)
        if other is not family:
            raise FamilyClash(f"{other.__module__} and {family.__module__} are both called {family.name()}")
    return dict(sorted(found.items()))


def get(name: str) -> type[Family]:
    """Raises UnknownFamily."""
    try:
        return all_families()[name]
    except KeyError:
        raise _unknown() from None


def of_package(name: str) -> list[type[Family]]:
    """The families of one package that is included."""
    return [family for family in all_families().values() if family.__module__.startswith(f"{name}.")]


def file_of(name: str) -> Path:
    """Where a family is written, even if it cannot be imported. Raises UnknownFamily."""
    for package in packages():
        for folder in package.__path__:
            for path in Path(folder).glob(f"*/{name}.py"):
                return path
    raise _unknown()


def _unknown() -> UnknownFamily:
    return UnknownFamily("", Problem("/family", "no family goes by that name"))


def _modules() -> Iterator[str]:
    """The module of each family, `bank.families.<topic>.<name>`."""
    for package in packages():
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.ispkg:
                yield module.name


def _only_family(module_name: str) -> type[Family]:
    try:
        module = import_module(module_name)
    except FAULTS_AT_IMPORT as error:
        raise UnusableFamily(f"{module_name} cannot be imported: {_line(error)}") from error
    found = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and thing.__module__ == module_name and issubclass(thing, Family)
    ]
    whole = [thing for thing in found if not inspect.isabstract(thing)]
    if len(whole) != 1:
        left = sorted(name for thing in found for name in thing.__abstractmethods__)
        lacking = f"; {', '.join(left)} is not written" if left else ""
        raise UnusableFamily(f"{module_name} holds {len(whole)} families, not one{lacking}")
    return whole[0]


def _line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
