"""Judgements that were dear to come to, kept like results of experiments: the same question is not measured twice."""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from bank import sources
from bank.errors import UnkeepableResult
from bank.kept import Kept
from bank.pictures import Figure, Picture
from bank.variant import Draft, ready

if TYPE_CHECKING:
    from bank.authoring.family import Family
    from bank.authoring.laboratory import Lab
    from bank.evidence import Verdict

DEAR_SECONDS = 0.01  # by the clock, of one question: what costs less is measured again
PACKED = 1  # of 9: pictures of pixels are packed already, and drawings shrink to a fifth at once
MODULES = ("bank.verification", "bank.planes")  # and all that they import: their change asks for a new judgement


class Judged(NamedTuple):
    """The verdict of the lab, the evidence record (JSON) that is kept with the variant, and the figures to keep.

    A figure that is drawn from the measurement may give the answer away: it never joins the public view. A question
    about a run is `finished` here, with the figure of that run.
    """

    verdict: Verdict
    evidence: dict[str, Any]
    figures: tuple[Figure, ...] = ()
    finished: Draft | None = None


@dataclass(frozen=True, slots=True)
class Judgements:
    """Those of one family in one lab, by (kind, seed, parameters)."""

    lab: Lab
    family: type[Family]

    def key(self, kind: str, seed: int | None, params: Mapping[str, Any]) -> str:
        """Whatever could change the judgement changes it; the same for two who write the parameters otherwise."""
        question = {"family": self.family.name(), "kind": kind, "seed": seed, "params": params, "lab": self.lab.seed}
        code = [self.family.version(), *map(sources.digest, MODULES), *self.lab.versions.values()]
        return f"judged/{_digest(question)}/{_digest(code)[:12]}"

    def find(self, keys: Sequence[str]) -> dict[str, Judged]:
        return {key: _read(kept.value) for key, kept in self.lab.memory.find(keys).items()}

    def keep(self, key: str, judged: Judged, seconds: float) -> None:
        """What was refuted is looked at again, and what is too large to be kept too."""
        if seconds < DEAR_SECONDS or judged.verdict == "refuted":
            return
        try:
            self.lab.memory.keep(key, Kept(_written(judged), round(seconds, 4), self.lab.device))
        except UnkeepableResult:
            self.lab.memory.release([key])


def _digest(told: object) -> str:
    return hashlib.sha256(ready(told)).hexdigest()[:24]


def _written(judged: Judged) -> dict[str, Any]:
    """As JSON."""
    draft = judged.finished
    return {
        "verdict": judged.verdict,
        "evidence": judged.evidence,
        "figures": [
            {
                "svg": _packed(figure.svg),
                "png": figure.png and _packed(figure.png),
                "alt": figure.alt,
                "data": figure.data,
                "height": figure.height,
            }
            for figure in judged.figures
        ],
        "finished": draft and {**asdict(draft), "seen": draft.seen.decode(), "private": draft.private.decode()},
    }


def _read(value: Mapping[str, Any]) -> Judged:
    draft = value["finished"]
    return Judged(
        value["verdict"],
        value["evidence"],
        tuple(
            Figure(
                _unpacked("image/svg+xml", told["svg"]),
                told["alt"],
                told["data"],
                _twin(told["png"]),
                told["height"],
            )
            for told in value["figures"]
        ),
        draft and Draft(**{**draft, "seen": draft["seen"].encode(), "private": draft["private"].encode()}),
    )


def _twin(packed: str | None) -> Picture | None:
    return _unpacked("image/png", packed) if packed else None


def _packed(picture: Picture) -> str:
    return b64encode(zlib.compress(picture.content, PACKED)).decode()


def _unpacked(media_type: str, packed: str) -> Picture:
    return Picture(media_type, zlib.decompress(b64decode(packed)))
