"""Before the supervisor: a folder of one's own, a port, a migrated record, keys.

The process that prepares all this then becomes the supervisor, so that none stands above it: whoever started the
command signals the supervisor itself.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import click

from bank.errors import StoreUnavailable, UnknownRevision
from bank.store import Store
from bank.store.keys import SCOPES
from embedded import keys_file, orphans, private_file
from embedded.home import Home
from embedded.listening import listen
from embedded.programs import address, supervisor_config
from settings import Settings


def start(home: Home, host: str, port: int) -> NoReturn:
    """Raises ClickException where it cannot be: an instance runs already, the port is taken, the database is away."""
    os.umask(0o077)  # for all that is made from here on, by every program
    home.make()
    home.lock()  # kept by what this process becomes
    orphans.end(home)
    listener = listen(host, port)
    environ = home.environment(os.environ)
    try:
        fresh = _prepare(home, environ)
        private_file.write(home.config, supervisor_config(home))
    except OSError as error:
        raise click.ClickException(f"{error.filename or home.folder} cannot be used: {error.strerror}") from None
    _start_announcer(home, f"http://{address(_reached(host), port)}{_settings(environ).prefix}", fresh)
    supervisor = [sys.executable, "-m", "embedded.foreground", str(home.folder), home.start, str(listener.fileno())]
    os.execve(sys.executable, supervisor, environ)  # noqa: S606 - a program without a shell is what we want


def _prepare(home: Home, environ: dict[str, str]) -> bool:
    """The secret, the record and the keys; whether some of these were made."""
    home.clear()
    if environ.get("RESIT_SECRET_FILE") == str(home.secret):
        provide_secret(home.secret)
    return _prepare_record(home, _settings(environ).database_url)


def _reached(host: str) -> str:
    """Where whoever listens at this address is asked."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - read, not listened on


def _start_announcer(home: Home, url: str, fresh: bool) -> None:
    """It speaks on our terminal when all is ready, while this process becomes the supervisor."""
    words = (url, str(home.keys), "--fresh" if fresh else "--known")
    subprocess.Popen([sys.executable, "-m", "embedded.announce", *words], stdin=subprocess.DEVNULL)  # noqa: S603 - ours


def _settings(environ: dict[str, str]) -> Settings:
    try:
        settings = Settings.from_env(environ)
        settings.installation_secret()  # the API would not start without it
        return settings
    except ValueError as error:
        raise click.ClickException(str(error)) from None


def _prepare_record(home: Home, database_url: str) -> bool:
    """Bring the database up to date and see to the keys; whether some were made."""
    store = Store(database_url)
    try:
        store.migrate()
        if store.database.is_sqlite:  # a file of ours alone: whoever held a lease went with the last instance
            store.work.release_all()
            store.results.release_all()
        fresh = provide_keys(store, home.keys)
    except UnknownRevision as error:
        raise click.ClickException(str(error)) from None
    except StoreUnavailable as error:
        raise click.ClickException(f"the database cannot be used: {error}") from None
    store.close()
    return fresh


def provide_secret(path: Path) -> None:
    """Make what variants are named with, once in the life of a home: another one would name all of them anew."""
    if not path.exists():
        private_file.write(path, f"{secrets.token_hex(32)}\n")


def provide_keys(store: Store, path: Path) -> bool:
    """See that each scope has a key which the record knows; whether one was made. A revoked one is not replaced."""
    kept = keys_file.read(path)
    known = {key.prefix for key in store.keys.all()}
    missing = [scope for scope in SCOPES if kept.get(scope, "").partition(".")[0] not in known]
    if missing:
        keys_file.write(path, kept | {scope: store.keys.create(scope, "embedded") for scope in missing})
    return bool(missing)
