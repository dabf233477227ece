"""The record that a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from bank.store import Store
from embedded.home import Home


@contextmanager
def opened_store(new: bool = False) -> Iterator[Store]:
    """The database that RESIT_DATABASE_URL names, or the one of `resit up`.

    Unless it may be a `new` one, raises NoRecord, and makes nothing, where nothing was kept so far, or StoreUnavailable
    where it is not migrated.
    """
    with closing(Store(Home.from_env().database_url())) as store:
        if not new:
            store.demand_migrated()
        yield store
