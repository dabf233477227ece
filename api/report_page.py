"""The report of a bank as one page that needs nothing else: no script, its style in it."""

from __future__ import annotations

import hashlib
import importlib.resources
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

KINDS = {"single_choice": "one option of several", "multiple_choice": "all options that apply", "text": "in words"}
LARGE = 10**6  # from here on a number is written in powers of ten
SMALL = 1e-3  # and below this one
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def page(report: Mapping[str, Any]) -> str:
    return _environment().get_template("report.html").render(report=report, style=_style())


def policy() -> str:
    """Content-Security-Policy: this style and nothing else."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("api", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"number": _number, "share": _share, "day": _day, "chance": _chance, "asked": _asked}
    return found


@cache
def _style() -> str:
    return importlib.resources.files("api").joinpath("pages", "report.css").read_text()


def _number(value: float | None) -> str:
    """For people: thousands apart, three digits.

    >>> _number(55221), _number(0.08514), _number(4.6e17), _number(4.714e-5), _number(None)
    ('55,221', '0.0851', '4.6·10¹⁷', '4.7·10⁻⁵', '–')
    """
    if value is None:
        return "–"
    if abs(value) >= LARGE or 0 < abs(value) < SMALL:
        mantissa, _, power = f"{value:.1e}".partition("e")
        return f"{mantissa}·10{str(int(power)).translate(RAISED)}"
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:.3g}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _chance(p: float) -> str:
    """A probability of a test.

    >>> _chance(0.5319), _chance(1e-9)
    ('p = 0.53', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def _day(moment: str | None) -> str:
    return "–" if moment is None else f"{datetime.fromisoformat(moment):%-d %B %Y, %H:%M} UTC"


def _asked(kind: str) -> str:
    return KINDS.get(kind, kind.replace("_", " "))
