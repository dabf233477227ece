"""What workers found of variants: kept in the transaction that ends their work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bank.store.assets import Asset, keep_assets
from bank.store.database import Database
from bank.store.superseding import supersede
from bank.store.tables import VARIANTS
from bank.store.withdrawing import note, take_turn
from bank.store.work import Lease, Work


@dataclass(frozen=True, slots=True)
class Text:
    """What a question about a run says, once there is a run: what is sent of it, and what grades."""

    public: bytes
    private: bytes
    looks: str
    version: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a variant: its new state, verified or disputed, the evidence and the figures drawn from it.

    `text` is that of a variant which had none.
    """

    state: str
    evidence: bytes
    assets: Mapping[str, Asset]
    text: Text | None = None


REFUTED = "the lab does not confirm its key any more"
LAB = "the lab"  # who withdraws what it refutes
VERDICT = (
    update(VARIANTS)
    .where(VARIANTS.c.id == bindparam("name"), VARIANTS.c.state != "withdrawn")  # which nothing brings back
    .values(state=bindparam("new_state"), evidence=bindparam("new_evidence"))
)
FINISHED = (
    update(VARIANTS)
    .where(VARIANTS.c.id == bindparam("name"), VARIANTS.c.public == b"")  # what somebody may have seen stays as it is
    .values({name: bindparam(f"new_{name}") for name in ("public", "private", "looks", "version")})
)


class Verdicts:
    def __init__(self, database: Database, work: Work) -> None:
        self._database = database
        self._work = work

    def keep(self, lease: Lease, outcomes: Mapping[str, Outcome]) -> list[str]:
        """Keep the verdicts of the variants that are still this lease's; returns their ids."""
        return self._work.finish(lease, list(outcomes), partial(self._write, outcomes))

    def write_new(self, connection: Connection, outcomes: Mapping[str, Outcome]) -> None:
        """Within a transaction: the verdicts of variants that have none so far."""
        drawn = select(VARIANTS.c.id).where(VARIANTS.c.id.in_(outcomes), VARIANTS.c.state == "drawn")
        if names := connection.execute(drawn).scalars().all():
            self._write(outcomes, connection, names)

    def _write(self, outcomes: Mapping[str, Outcome], connection: Connection, names: Sequence[str]) -> None:
        self._withdraw(connection, [name for name in names if outcomes[name].state == "disputed"])
        for name in names:
            keep_assets(connection, self._database, outcomes[name].assets)
        connection.execute(VERDICT, [_row(name, outcomes[name]) for name in names])
        if texts := [(name, text) for name in names if (text := outcomes[name].text) is not None]:
            connection.execute(FINISHED, [_text_row(name, text) for name, text in texts])
        supersede(connection, [name for name in names if outcomes[name].state == "verified"])

    def _withdraw(self, connection: Connection, disputed: Sequence[str]) -> None:
        """Those of them that are served so far."""
        served = select(VARIANTS.c.id).where(VARIANTS.c.id.in_(disputed), VARIANTS.c.state == "verified")
        if disputed and (names := connection.execute(served).scalars().all()):
            take_turn(connection, self._database)
            note(connection, names, REFUTED, LAB)


def _row(name: str, outcome: Outcome) -> dict[str, Any]:
    return {"name": name, "new_state": outcome.state, "new_evidence": outcome.evidence}


def _text_row(name: str, text: Text) -> dict[str, Any]:
    return {"name": name} | {f"new_{member}": value for member, value in asdict(text).items()}
