"""What was built, on a terminal."""

from __future__ import annotations

from cli._service import Service
from cli._terminal import show_table, table

REASONS_SHOWN = 5


def tell_what_was_built(service: Service, bank: str) -> None:
    """Each item with how much of it there is, and why candidates were not taken."""
    found = service.get(f"/v1/banks/{bank}")
    shown = table("item", "family")
    for name in ("wanted", "built", "tried"):
        shown.add_column(name, justify="right")
    shown.add_column("not taken")
    for item, asked in zip(found["shown"]["items"], found["shown"]["blueprint"]["items"], strict=True):
        families = ", ".join(part["family"] for part in asked["parts"])
        reasons = sorted(item["refused"], key=lambda each: -each["count"])[:REASONS_SHOWN]
        why = "; ".join(f"{each['count']} {each['reason']}" for each in reasons)
        only = "there are no more; " if item["exhausted"] else ""
        numbers = [str(item[name]) for name in ("wanted", "built", "tried")]
        shown.add_row(str(item["item"]), families, *numbers, only + why)
    show_table(shown)
