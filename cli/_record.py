"""The record that a command works on."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing

from bank.store import Store
from embedded.home import Home


def opened_store() -> AbstractContextManager[Store]:
    """The database that RESIT_DATABASE_URL names, or the one of `resit up`."""
    return closing(Store(Home.from_env().database_url()))
