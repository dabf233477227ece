"""`resit preview FAMILY`"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bank import registry

if TYPE_CHECKING:
    from flask import Flask

STARTED = secrets.token_hex(4)  # another one after each restart, by which the page knows that it is old


@click.command()
@click.argument("family")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(1, 65535))
def preview(family: str, port: int) -> None:
    """Serve one page of FAMILY on this machine: every kind, ten seeds, solutions, reasons, evidence, figures.

    What a guesser would score stands above each kind. The page comes again when a file is saved. Ctrl-C ends it.
    """
    from werkzeug.serving import is_running_from_reloader, run_simple  # a development server: for no other command

    watched = [str(path) for path in _texts(registry.file_of(family))]
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    if not is_running_from_reloader():
        click.echo(f"http://localhost:{port}/")
    run_simple(
        "localhost",
        port,
        application(family),
        threaded=True,  # the page asks whether it is old while the lab works
        use_reloader=True,
        reloader_type="stat",
        extra_files=watched,
    )


def _texts(source: Path) -> Iterator[Path]:
    """What Python may not have imported, since it cannot: the files of the family, and of its topic."""
    yield source
    yield from source.parent.glob("**/__init__.py")
    yield from source.parent.glob("*.toml")


def application(family: str) -> Flask:
    """The page, the stamp of this process, and what takes a while: the evidence and the figures."""
    from flask import Flask, render_template_string

    from cli import _preview

    app = Flask("preview", static_folder=None)
    page = resources.files("cli").joinpath("templates", "preview.html").read_text("utf-8")

    @app.get("/")
    def show() -> str:
        return render_template_string(page, name=family, stamp=STARTED, **_preview.shown(family))

    @app.get("/stamp")
    def stamp() -> str:
        return STARTED

    @app.get("/evidence/<kind>")
    def evidence(kind: str) -> list[dict[str, Any]]:
        return _preview.evidence(family, kind)

    return app
