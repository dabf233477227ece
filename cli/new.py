"""`resit new TOPIC/NAME`"""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from string import Template

import click

from bank import registry
from bank.errors import UnknownFamily

OURS = Path("bank/families")
SHAPES = {"exercise": ("py",), "pool": ("py", "toml"), "run": ("py",)}  # and the files that each consists of


@click.command()
@click.argument("where", metavar="TOPIC/NAME")
@click.option("--pool", "shape", flag_value="pool", help="A pool of statements, its texts in a TOML beside it.")
@click.option("--run", "shape", flag_value="run", help="A question about a training, which it shows a figure of.")
@click.option("--in", "package", default=OURS, show_default=True, type=Path, help="Folder of a package of families.")
def new(where: str, shape: str | None, package: Path) -> None:
    """Begin a family: write its file, with a mark at all that is left to write.

    Nothing has to be registered. `resit contract NAME` lists the marks.
    """
    topic, name = _names(where)
    if package == OURS and not package.is_dir():
        raise click.ClickException(f"there is no folder {OURS} here; --in says where the family belongs")
    written = [*_topic_files(package, topic), *_family_files(package / topic, name, shape or "exercise")]
    for path, text in written:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"wrote {path}")
    setting = "" if package == OURS else f"RESIT_FAMILIES={'.'.join(package.parts)} "
    click.echo(f"what is left to write: {setting}resit contract {name}\nhow it looks: {setting}resit preview {name}")


def _names(where: str) -> tuple[str, str]:
    """The names of a topic and of a family that does not exist yet."""
    topic, _, name = where.partition("/")
    for part in (topic, name):
        if not part.isidentifier() or keyword.iskeyword(part) or part.startswith("_"):
            raise click.BadParameter(f"{part!r} is no name in Python", param_hint="TOPIC/NAME")
    try:
        path = registry.file_of(name)
    except UnknownFamily:
        return topic, name
    raise click.ClickException(f"{name} exists: {path}")


def _topic_files(package: Path, topic: str) -> Iterator[tuple[Path, str]]:
    """What makes packages of the folders that are new."""
    about = {package: "Families of a course, a folder for each topic", package / topic: _words(topic)}
    for folder, said in about.items():
        if not (folder / "__init__.py").exists():
            yield folder / "__init__.py", f'"""{said}."""\n'


def _family_files(folder: Path, name: str, shape: str) -> Iterator[tuple[Path, str]]:
    title = f"{_words(folder.name)}: {name.replace('_', ' ')}"
    for ending in SHAPES[shape]:
        path = folder / f"{name}.{ending}"
        if path.exists():
            raise click.ClickException(f"{path} exists")
        template = resources.files("cli").joinpath("templates", f"{shape}.{ending}.txt").read_text("utf-8")
        yield path, Template(template).substitute(title=title, class_name=_class_name(name))


def _words(name: str) -> str:
    """
    >>> _words("linear_layer")
    'Linear layer'
    """
    return name[0].upper() + name[1:].replace("_", " ")


def _class_name(name: str) -> str:
    """
    >>> _class_name("quadratic_gradient_A")
    'QuadraticGradientA'
    """
    return "".join(part[0].upper() + part[1:] for part in name.split("_") if part)
