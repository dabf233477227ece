"""Columns as migrations make them: needed unless it is said that they are not."""

from typing import Any

import sqlalchemy as sa


def text(name: str, length: int, key: bool = False, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), primary_key=key, nullable=False, server_default=default)


def long(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def person(key: bool = False) -> sa.Column[Any]:
    return text("learner", 128, key)


def reference(name: str, to: tuple[str], length: int = 128, key: bool = False, needed: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), sa.ForeignKey(*to), primary_key=key, nullable=not needed)


def integer(name: str, key: bool = False, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, primary_key=key, nullable=False, server_default=default, autoincrement=False)


def time(name: str, needed: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Double, nullable=not needed)
