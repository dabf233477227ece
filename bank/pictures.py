"""What was drawn, as it is sent and kept: no drawing is done here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 640, 400  # pixels


@dataclass(frozen=True, slots=True)
class Picture:
    """Bytes to send, named by their digest."""

    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def href(self) -> str:
        return f"/v1/assets/{self.sha256}.{'svg' if self.media_type == 'image/svg+xml' else 'png'}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, and what it says in words and as a table; one that a question shows has a twin in pixels."""

    svg: Picture
    alt: str
    data: Mapping[str, Any]
    png: Picture | None = None
    height: int = HEIGHT

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return (self.svg, self.png) if self.png else (self.svg,)

    def record(self) -> dict[str, Any]:
        """As evidence, solutions and the public view list it; sizes in pixels."""
        record: dict[str, Any] = {"href": self.svg.href, "alt": self.alt, "width": WIDTH, "height": self.height}
        return record | ({"png": self.png.href} if self.png else {}) | {"data": self.data}
