"""The service on one machine with nothing installed: a private Redis, the workers and the API under one supervisor.

`start` prepares the folder that the instance lives in and then becomes the supervisor, so that no process stands above
it: whoever started the command signals the supervisor itself.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from typing import NoReturn

import click

from bank.errors import StoreUnavailable
from bank.store import Store
from embedded import keys_file, leftovers
from embedded.home import Home
from embedded.programs import supervisor_config
from settings import Settings


def start(home: Home, host: str, port: int) -> NoReturn:
    """Raises ClickException where it cannot be: an instance runs already, the port is taken, the database is away."""
    home.make()
    home.lock()
    leftovers.clear(home)
    _demand_free(host, port)
    environ = home.environment(os.environ)
    fresh = _prepare_record(home, _settings(environ).database_url)
    home.config.write_text(supervisor_config(home, host, port, fresh))
    os.execve(sys.executable, [sys.executable, "-m", "embedded.overseer", str(home.config)], environ)  # noqa: S606 - meant


def _settings(environ: dict[str, str]) -> Settings:
    try:
        return Settings.from_env(environ)
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _prepare_record(home: Home, database_url: str) -> bool:
    """Bring the database up to date and see to the keys; whether some were made."""
    store = Store(database_url)
    try:
        store.migrate()
        fresh = keys_file.provide(store, home.keys)
    except StoreUnavailable as error:
        raise click.ClickException(f"the database cannot be used: {error}") from None
    store.close()
    shutil.rmtree(home.metrics, ignore_errors=True)  # counts of processes that are gone
    home.metrics.mkdir()
    return fresh


def _demand_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(
            f"cannot listen on {host}:{port}: {reason}. Another port: resit up --port {port + 1}"
        ) from None
