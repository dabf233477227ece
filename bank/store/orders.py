"""Calls that make something and may be repeated: each is answered as it was the first time."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from bank.errors import IdempotencyKeyReused, Problem
from bank.store.answers import Call
from bank.store.exam_tables import ORDERS
from bank.variant import digest, ready


def told_before(connection: Connection, call: Call | None, asked: Any) -> dict[str, Any] | None:
    """What this very call was answered. Raises IdempotencyKeyReused where it asked for something else."""
    if call is None:
        return None
    mine = (ORDERS.c.api_key == call.api_key, ORDERS.c.idempotency_key == call.idempotency_key)
    row = connection.execute(select(ORDERS.c.request, ORDERS.c.answer).where(*mine)).one_or_none()
    if row is None:
        return None
    if row.request != digest(ready(asked)):
        detail = "Idempotency-Key was used before, with another body"
        raise IdempotencyKeyReused(detail, Problem("/Idempotency-Key", detail))
    told: dict[str, Any] = json.loads(row.answer)
    return told


def remember(connection: Connection, call: Call | None, asked: Any, answer: Any) -> None:
    """Within the transaction that does it."""
    if call is not None:
        names = {"api_key": call.api_key, "idempotency_key": call.idempotency_key}
        row = {**names, "request": digest(ready(asked)), "answer": json.dumps(answer)}
        connection.execute(ORDERS.insert().values(**row))
