"""From a measured series to an SVG that is safe to show. With `bank.planes` the only importer of matplotlib, both late.

The same series gives the same bytes: no date, no random ids. What matplotlib writes is cleaned of everything that is no
drawing: style sheets and style attributes become plain attributes, metadata and the document type go, and a title and a
description for readers who cannot see it come in. Letters are text: they can be searched and enlarged, in a third of
the bytes that their outlines take.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Circle
from matplotlib.ticker import FuncFormatter, NullLocator

from bank.authoring.alternatives import described, table
from bank.authoring.plot import Plot
from bank.pictures import HEIGHT, WIDTH, Figure, Picture

PLANE_HEIGHT = 700  # pixels, of a plane
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
LINES = (  # colours of Okabe and Ito; told apart by their dashes too
    ("#0072b2", "-"),
    ("#d55e00", (0, (5, 2))),
    ("#009e73", (0, (1, 1.5))),
    ("#cc79a7", "-."),
    ("#56b4e9", (0, (3, 4))),
    ("#e69f00", (0, (3, 1, 1, 1, 1, 1))),
    ("#000000", (0, (2, 2))),
    ("#8c6d00", (0, (10, 2, 2, 2))),
)
MARKERS = tuple(zip([colour for colour, _ in LINES] + ["#7f7f7f", "#5e3c99"], "os^Dv*PX<>", strict=True))
PIXELS_PER_POINT = 2  # of the PNG
MARGINS = {"left": 0.13, "right": 0.965, "top": 0.9, "bottom": 0.145}
PLANE_MARGINS = {"left": 0.11, "right": 0.98, "top": 0.88, "bottom": 0.085}
POINTS: dict[str, Any] = {"s": 18, "alpha": 0.8}
BESIDE, FAR = 0.8, 2.0  # of a ring, its name; where lines end, as spans
NAME: dict[str, Any] = {"ha": "center", "va": "center", "fontweight": "bold", "fontsize": 12}
NOTE: dict[str, Any] = NAME | {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85}}
BETWEEN = "#bbbbbb"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
FONT = "DejaVu Sans"
FONTS = f"'{FONT}', Verdana, sans-serif"  # Verdana is as wide
INK, FAINT = "#222222", "#dddddd"
LOOK: dict[str, Any] = {
    "svg.hashsalt": "resit",
    "svg.fonttype": "none",
    "font.family": FONT,
    "font.size": 12,
    "text.color": INK,
    "axes.edgecolor": "#666666",
    "axes.labelcolor": INK,
    "axes.titlesize": 13,
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.labelpad": 7,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 2.4,
    "legend.frameon": False,
}


def draw(plot: Plot, series: Mapping[str, Any], question: object = None) -> Figure:
    """The figure of a solution or of evidence."""
    alt = described(plot, series, question)
    height = height_of(plot)
    drawing = cleaned(printed(plot, series, "svg"), plot.title, alt, height)
    return Figure(Picture("image/svg+xml", drawing), alt, table(plot, series), height=height)


def draw_shown(plot: Plot, series: Mapping[str, Any], question: object = None) -> Figure:
    """The figure of a question: with a PNG for formats that need one."""
    return replace(draw(plot, series, question), png=Picture("image/png", printed(plot, series, "png")))


def printed(plot: Plot, series: Mapping[str, Any], form: str) -> bytes:
    """The plot as matplotlib prints it, "svg" or "png" (at twice the size)."""
    page = BytesIO()
    with laid_out(plot, series) as (canvas, _):
        canvas.savefig(page, format=form, metadata={"Date": None, "Creator": None} if form == "svg" else None)
    return page.getvalue()


@contextmanager
def laid_out(plot: Plot, series: Mapping[str, Any]) -> Iterator[tuple[Canvas, Axes]]:
    """The plot on a canvas, and its axes, while matplotlib is set to our style."""
    with style.context([LOOK], after_reset=True):
        canvas = Canvas(figsize=(WIDTH / 72, height_of(plot) / 72), dpi=72 * PIXELS_PER_POINT)
        canvas.subplots_adjust(**(PLANE_MARGINS if plot.span else MARGINS))  # a measured layout takes as long again
        axes = canvas.add_subplot()
        _fill(axes, plot, series)
        yield canvas, axes


def _fill(axes: Axes, plot: Plot, series: Mapping[str, Any]) -> None:
    for curve, (colour, dashes) in zip(plot.curves, LINES, strict=False):  # a plot refuses more than there are
        axes.plot(series["x"], series[curve.series], label=curve.label, color=colour, linestyle=dashes)
    for cloud, (colour, marker) in zip(plot.clouds, MARKERS, strict=False):
        axes.scatter(series[cloud.x], series[cloud.y], label=cloud.label, color=colour, marker=marker, **POINTS)
    axes.set(title=plot.title, xlabel=plot.x, ylabel=plot.y)
    axes.set_xmargin(0.01)
    if plot.logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(_power))
    if plot.limits:
        axes.set_ylim(plot.limits)
    if plot.mark:
        _mark(axes, float(series[plot.mark]))
    if plot.span:
        _lay_out_plane(axes, plot, series)
    elif len(plot.curves) + len(plot.clouds) > 1:
        axes.legend()


def height_of(plot: Plot) -> int:
    return PLANE_HEIGHT if plot.span else HEIGHT


def _lay_out_plane(axes: Axes, plot: Plot, series: Mapping[str, Any]) -> None:
    """Axes of one scale, the legend above them; rings behind the points, notes over them."""
    axes.set(xlim=(-plot.span, plot.span), ylim=(-plot.span, plot.span), aspect="equal")
    axes.grid(visible=False)
    for ring, beside in zip(plot.rings, [*plot.rings[1:], *plot.rings[:1]], strict=True):
        x, y = ring.x + beside.x, ring.y + beside.y
        far = FAR * plot.span / math.hypot(x, y)
        axes.plot([0, x * far], [0, y * far], color=BETWEEN, linewidth=0.8, linestyle=":", zorder=0.4)
        axes.add_patch(Circle((ring.x, ring.y), ring.radius, facecolor="#f2f2f2", edgecolor="#999999", zorder=0.5))
    for x, y, text in names(plot):
        axes.text(x, y, text, **NAME)
    for x, y, text in series[plot.notes] if plot.notes else ():
        axes.text(x, y, text, **NOTE)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=5, columnspacing=1.0, handletextpad=0.2)


def names(plot: Plot) -> list[tuple[float, float, str]]:
    """Where the names of the rings stand: beside them, away from 0."""
    away = [1 + (ring.radius + BESIDE) / math.hypot(ring.x, ring.y) for ring in plot.rings]
    return [(ring.x * far, ring.y * far, ring.label) for ring, far in zip(plot.rings, away, strict=True)]


def _power(value: float, _: int) -> str:
    """A power of ten in plain letters: TeX would take ten times as long.

    >>> _power(1e-12, 0), _power(1.0, 0)
    ('10⁻¹²', '1')
    """
    exponent = round(math.log10(value))
    return f"10{str(exponent).translate(RAISED)}" if exponent else "1"


def _mark(axes: Axes, x: float) -> None:
    """A vertical line at x, with its value beside it."""
    axes.axvline(x, color=INK, linewidth=1.2, linestyle=":")
    right = x > sum(axes.get_xlim()) / 2
    axes.annotate(
        f"{x:.4g}",
        (x, 0.97),
        xycoords=("data", "axes fraction"),
        xytext=(-6 if right else 6, 0),
        textcoords="offset points",
        horizontalalignment="right" if right else "left",
        verticalalignment="top",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
    )


def cleaned(svg: bytes, title: str, alt: str, height: int = HEIGHT) -> bytes:
    """The drawing alone, with its title and description."""
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    root = ET.fromstring(svg)  # noqa: S314 - our own renderer wrote it
    for parent in list(root.iter()):
        for child in [c for c in parent if c.tag.rpartition("}")[2] in ("metadata", "style")]:
            parent.remove(child)
    for element in root.iter():
        element.attrib.update(_declarations(element.attrib.pop("style", "")))
        if "font-family" in element.attrib:
            element.set("font-family", FONTS)
    root.attrib.update(width=str(WIDTH), height=str(height), role="img")
    root.attrib.update({"stroke-linejoin": "round", "stroke-linecap": "butt"})
    for place, (name, text) in enumerate((("title", title or alt), ("desc", alt))):
        told = ET.Element(f"{{{SVG}}}{name}")
        told.text = text
        root.insert(place, told)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _declarations(css: str) -> dict[str, str]:
    """The declarations of a style attribute as the attributes they stand for.

    >>> _declarations("fill: none; stroke-width: 0.8")
    {'fill': 'none', 'stroke-width': '0.8'}
    """
    return dict(re.findall(r"([a-z-]+):\s*([^;]+)", css))
