r"""What learners type or paste, in the characters of the grammar, and where each of them stood.

Character by character, never by a normal form of the whole text: that would make `21/2`, `32` and `10-3` of `2½`, `3²`
and `10⁻³`. What is left is ASCII, but for vulgar fractions, which are numbers of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bank.errors import Unreadable

PLAIN = re.compile(r"[0-9A-Za-z_+\-*/^()., %=~]*\Z")
VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
TIMES, OVER, MINUS, APART = "*", "/", "-", "\t"  # digits that stand apart are never one number
BLANK = "\n\t "
ONE_FOR_ONE = {
    "<wide>": "",
    "<small>": "",
    "<font>": "",
    "<super>": "up",
    "<sub>": "down",
}  # of Unicode's decompositions
SIGNS = {
    **dict.fromkeys("·×⋅∗∙•✕✖", TIMES),
    **dict.fromkeys("÷∕⁄∶", OVER),
    **dict.fromkeys("−‐‑‒–", MINUS),
    **dict.fromkeys("[{", "("),
    **dict.fromkeys("]}", ")"),
    **dict.fromkeys("’ʼ", "'"),
    **dict.fromkeys("≈≃≅∼", "~"),
    "\u2062": APART,  # the invisible times of MathML
    **dict.fromkeys("\t\v\f", APART),
    **dict.fromkeys("\n\r\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\u034f\ufe0e\ufe0f", ""),  # asks for a look of the character before
}
# Of category Cf like what is dropped, but it changes what is seen: a hyphen at the end of a line, a separator, a plus,
# and what turns the order of "2^3" round.
SEEN = "\u00ad\u2063\u2064\u202b\u202e\u2067"
GREEK = {
    char: name
    for chars, name in (
        ("α", "alpha"),
        ("β", "beta"),
        ("γ", "gamma"),
        ("δ", "delta"),
        ("εϵ", "epsilon"),
        ("ζ", "zeta"),
        ("η", "eta"),
        ("θϑ", "theta"),
        ("κϰ", "kappa"),
        ("λ", "lambda"),
        ("μµ", "mu"),
        ("ν", "nu"),
        ("ξ", "xi"),
        ("π", "pi"),
        ("ρϱ", "rho"),
        ("σ", "sigma"),
        ("τ", "tau"),
        ("φϕ", "phi"),
        ("χ", "chi"),
        ("ψ", "psi"),
        ("ω", "omega"),
    )
    for char in chars
}
FRACTION = r"\frac"
COMMAND = re.compile(r"\\(?:[A-Za-z]+|[,;:! %])")
BRACED_INDEX = re.compile(r"_\{([A-Za-z0-9]+)\}")
COMMANDS = {
    **{rf"\{name}": name for name in GREEK.values()},
    **{rf"\var{name}": name for name in ("epsilon", "theta", "kappa", "rho", "phi")},
    **{rf"\{name}": f"{name} " for name in ("ln", "exp", "sqrt", "log")},
    **dict.fromkeys((r"\cdot", r"\times", r"\ast"), TIMES),
    **dict.fromkeys((r"\dfrac", r"\tfrac", r"\frac"), FRACTION),
    **dict.fromkeys((r"\left", r"\right"), ""),
    **dict.fromkeys((r"\,", r"\;", r"\:", r"\!", r"\ ", r"\quad", r"\qquad"), APART),
    r"\div": OVER,
    r"\approx": "~",
    r"\%": "%",
}


class Spelled(NamedTuple):
    """A text in the grammar's characters, and where in the text as typed each of them begins and ends."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    typed: str

    def place(self, at: int) -> int:
        """Of a character, or of the end, in the text as typed."""
        return self.starts[at] if at < len(self.starts) else len(self.typed)

    def written(self, start: int, end: int) -> str:
        """What was typed for a part of the text."""
        return self.typed[self.starts[start] : self.ends[end - 1]]


class Meaning(NamedTuple):
    """What a character or a command stands for; `part` is "up" of an exponent, "down" of an index, "word" of a name."""

    text: str
    part: str = ""


def spelled(typed: str) -> Spelled:
    """Raises Unreadable at the first character that means nothing here, by its number and name in Unicode."""
    if PLAIN.match(typed):
        return Spelled(typed, range(len(typed)), range(1, len(typed) + 1), typed)
    text, before = "", ""
    starts: list[int] = []
    ends: list[int] = []
    for start, end, (meant, part) in _pieces(typed):
        if before == "up" and part != "up":
            text += ")"
            starts.append(ends[-1] - 1)
            ends.append(ends[-1])
        written = _joined(meant, part, before, text[-1:])
        text += written
        starts += [start] * len(written)
        ends += [end] * len(written)
        before = part
    first = len(text) - len(text.lstrip(BLANK))
    last = max(first, len(text.rstrip(BLANK)))
    return Spelled(text[first:last], starts[first:last], ends[first:last], typed)


def _joined(meant: str, part: str, before: str, last: str) -> str:
    """What is added: words stand apart, a run of raised characters is one exponent, of lowered ones one index."""
    if part == "up" and before != "up":
        return f"^({meant}"
    if part == "down" and before != "down":
        return f"_{meant}"
    begins = part == "word" and (last.isalnum() or last == "_")
    ends = meant[:1].isalpha() if before == "word" else before == "down" != part and meant[:1].isalnum()
    return f" {meant}" if begins or ends else meant


def _pieces(typed: str) -> Iterator[tuple[int, int, Meaning]]:
    """Each with its beginning and end; a last one that is nothing."""
    at = 0
    while at < len(typed):
        char, end = typed[at], at + 1
        if char == "\\":
            end, meaning = _command(typed, at)
        elif char == "_" and (index := BRACED_INDEX.match(typed, at)):
            end, meaning = index.end(), Meaning(index[1], "down")
        else:
            known = _meaning(char)
            if known is None:
                raise Unreadable(f"{named(char)} at position {at + 1} cannot be read", position=at)
            meaning = known
        if meaning.text:
            yield at, end, meaning
        at = end
    yield at, at, Meaning("")


def _command(typed: str, at: int) -> tuple[int, Meaning]:
    found = COMMAND.match(typed, at)
    name = found.group() if found else "\\"
    if not found or name not in COMMANDS:
        raise Unreadable(f"the command {name[:20]} at position {at + 1} cannot be read", position=at)
    if name == r"\sqrt" and typed[found.end() :].lstrip().startswith("["):
        raise Unreadable(f"a root with an index at position {at + 1}: write it as a power such as 2^(1/3)", position=at)
    meant = COMMANDS[name].rstrip() if typed.startswith("_", found.end()) else COMMANDS[name]
    return found.end(), Meaning(meant, "word" if meant.strip().isalpha() else "")


@lru_cache(maxsize=1024)
def _meaning(char: str) -> Meaning | None:
    """What a character stands for in whatever place."""
    if char in GREEK:
        return Meaning(GREEK[char], "word")
    if char == "√":
        return Meaning("sqrt ", "word")
    if char in SIGNS or char in VULGAR or (char.isascii() and char.isprintable()):
        return Meaning(SIGNS.get(char, char))
    category = unicodedata.category(char)
    if category == "Zs" or (category == "Cf" and char not in SEEN):
        return Meaning(" " if category == "Zs" else "")
    how, _, code = unicodedata.decomposition(char).partition(" ")
    if how not in ONE_FOR_ONE or " " in code or char in "ªº":
        return None
    inner = _meaning(chr(int(code, 16)))
    return inner and inner._replace(part=ONE_FOR_ONE[how] or inner.part)


def named(char: str) -> str:
    """
    >>> named("?"), named(chr(0x202E))
    ("'?'", 'U+202E RIGHT-TO-LEFT OVERRIDE')
    """
    if char.isascii() and char.isprintable():
        return repr(char)
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
