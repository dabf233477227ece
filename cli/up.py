"""`resit up`"""

from __future__ import annotations

from typing import Any

import click

from embedded.home import Home

SHOWN: Any = {"show_default": True, "show_envvar": True}


@click.command()
@click.option("--host", default="127.0.0.1", envvar="RESIT_HOST", **SHOWN, help="Address to listen on.")
@click.option("--port", default=8000, envvar="RESIT_PORT", **SHOWN, type=click.IntRange(1, 65535), help="And its port.")
def up(host: str, port: int) -> None:
    """Start everything on this machine, and stop it with Ctrl-C.

    A private Redis, the workers and the API run under a supervisor that starts again what dies. Data, keys and logs
    lie in the folder RESIT_HOME (var).
    """
    from embedded import starting  # the record and its migrations: not for those who only ask for help

    starting.start(Home.from_env(), host, port)
