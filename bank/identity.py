"""What an installation names its variants with: the code is public, so a plain digest could be computed by anybody."""

from __future__ import annotations

import hmac

from bank.variant import Draft, Variant, ready

LARGEST_SEED = 2**53 - 1  # what every JSON reader keeps exactly
NAME_DIGITS = 16  # hexadecimal


class Identity:
    """Whoever has the same secret gives the same names and seeds. Nothing tells the secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def name(self, draft: Draft) -> str:
        return f"{draft.family}-{self._digest('variant', draft.content)[:NAME_DIGITS]}"

    def named(self, draft: Draft) -> Variant:
        """The draft as a variant. One without text stays without it: a worker has to make it first."""
        name = self.name(draft)
        return Variant(
            id=name,
            content=draft.content,
            looks=draft.looks,
            family=draft.family,
            version=draft.version,
            seed=draft.seed,
            kind=draft.kind,
            params=draft.params,
            public=public(name, draft.seen) if draft.seen else b"",
            private=draft.private,
            seconds=draft.seconds,
        )

    def seed(self, purpose: str) -> int:
        """A seed that nobody outside can foresee; the same for the same purpose."""
        return int(self._digest("seed", purpose), 16) % (LARGEST_SEED + 1)

    def rank(self, order: str, text: str) -> str:
        """Where a text stands in an order that nobody outside can foresee: texts are sorted by it."""
        return self._digest("rank", f"{order}:{text}")

    def _digest(self, use: str, text: str) -> str:
        """No use of the secret can be turned into another: the name of a use has no colon."""
        return hmac.digest(self._secret, f"{use}:{text}".encode(), "sha256").hex()


def public(name: str, seen: bytes) -> bytes:
    """The public view: what is seen between its name and its links."""
    here = f"/v1/variants/{name}"
    links = {"self": here, "grade": f"{here}/grade", "validate": f"{here}/validate"}
    return ready({"id": name})[:-1] + b"," + seen[1:-1] + b"," + ready({"links": links})[1:]
