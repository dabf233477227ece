"""Figures that questions show; planes of points are drawn fast, since each question may turn and name them otherwise.

What all planes of one sort have in common, axes, legend and rings, is drawn by matplotlib once in a process, and so is
each marker and each word that may be put on it. A figure is then a copy with some thousands of points put in: text in
the SVG, indices of a palette in its twin of pixels. The same numbers give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from PIL import Image

from bank import figures
from bank.authoring.alternatives import described, table
from bank.authoring.plot import Plot
from bank.figures import (
    FONTS,
    INK,
    LOOK,
    MARKERS,
    NAME,
    PIXELS_PER_POINT,
    POINTS,
    cleaned,
    height_of,
    laid_out,
    names,
    printed,
)
from bank.pictures import Figure, Picture

FIRST_CLOUD = '<g id="PathCollection_1" />'  # where matplotlib puts points
USED = re.compile(r'<use (xlink:href="#\w+") x="[^"]*" y="[^"]*"([^>]*?) ?/>')  # of a marker in the legend
COLOURS = 255
CELL, IN_A_ROW, MOST_CELLS = (64, 32), 10, 60  # of the sheet that markers and words are cut from; in pixels of the SVG
PAD = 3  # pixels of the PNG, about a word that stands over points
LINE, BOX = 4.2, (5.5, 8.5)  # pixels of a name: from its middle down to its line; half a box about one digit
Place = tuple[float, float, str]
Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def draw_shown(plot: Plot, series: Mapping[str, Any], question: object = None) -> Figure:
    """The figure of a question: with a PNG for formats that need one."""
    if not plot.span:
        return figures.draw_shown(plot, series, question)
    alt = described(plot, series, question)
    plain = replace(plot, alt="-", rings=tuple(replace(ring, label="") for ring in plot.rings))
    frame = framed(plain, _words(names(plot)), _words(_notes(plot, series)))
    svg, png = frame.svg(plot, series, alt), frame.png(plot, series)
    return Figure(Picture("image/svg+xml", svg), alt, table(plot, series), Picture("image/png", png), height_of(plot))


def _words(places: Sequence[Place]) -> tuple[str, ...]:
    return tuple(sorted({text for *_, text in places}))


def _notes(plot: Plot, series: Mapping[str, Any]) -> Sequence[Place]:
    return series[plot.notes] if plot.notes else ()


@dataclass(frozen=True)
class Stamp:
    """What one marker or word looks like in pixels: where they are, from its middle on, and their colours."""

    down: np.ndarray[Any, np.dtype[np.int64]]
    right: np.ndarray[Any, np.dtype[np.int64]]
    colours: Pixels


@dataclass(frozen=True)
class Frame:
    """A plane without points. `scale` is that of the SVG: x of 0, pixels a unit, y of 0."""

    before: str
    after: str
    markers: Sequence[tuple[str, str]]
    scale: tuple[float, float, float]
    pixels: Pixels
    palette: bytes
    stamps: Mapping[str, Stamp]

    def svg(self, plot: Plot, series: Mapping[str, Any], alt: str) -> bytes:
        x0, unit, y0 = self.scale
        parts = [self.before.replace("<desc>-</desc>", f"<desc>{escape(alt, quote=False)}</desc>")]
        for cloud, (marker, look) in zip(plot.clouds, self.markers, strict=True):
            parts.append(f"<g{look}>")
            parts += [
                f'<use {marker} x="{x0 + unit * x:.1f}" y="{y0 - unit * y:.1f}"/>'
                for x, y in zip(series[cloud.x], series[cloud.y], strict=True)
            ]
            parts.append("</g>\n")
        parts += [self._word(place, boxed=False) for place in names(plot)]
        parts += [self._word(place, boxed=True) for place in _notes(plot, series)]
        return "".join([*parts, self.after]).encode()

    def _word(self, place: Place, boxed: bool) -> str:
        x0, unit, y0 = self.scale
        x, y = x0 + unit * place[0], y0 - unit * place[1]
        wide, high = BOX
        box = f'<rect x="{x - wide:.1f}" y="{y - high:.1f}" width="{2 * wide}" height="{2 * high}" fill="#ffffff"/>'
        return (
            f'{box if boxed else ""}<text x="{x:.1f}" y="{y + LINE:.1f}" font-size="{NAME["fontsize"]}px" '
            f'font-weight="bold" font-family="{FONTS}" text-anchor="middle" fill="{INK}">{escape(place[2])}</text>\n'
        )

    def png(self, plot: Plot, series: Mapping[str, Any]) -> bytes:
        drawn, page = self.pixels.copy(), BytesIO()
        for cloud in plot.clouds:
            self._put(drawn, self.stamps[cloud.label], series[cloud.x], series[cloud.y])
        for x, y, text in (*names(plot), *_notes(plot, series)):
            self._put(drawn, self.stamps[text], [x], [y])
        image = Image.fromarray(drawn, mode="P")
        image.putpalette(self.palette)
        image.save(page, "PNG", compress_level=3)
        return page.getvalue()

    def _put(self, drawn: Pixels, stamp: Stamp, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Points outside the page are not drawn."""
        x0, unit, y0 = (PIXELS_PER_POINT * part for part in self.scale)
        right = np.rint(x0 + unit * np.asarray(xs)).astype(int)[:, None] + stamp.right
        down = np.rint(y0 - unit * np.asarray(ys)).astype(int)[:, None] + stamp.down
        inside = (right >= 0) & (right < drawn.shape[1]) & (down >= 0) & (down < drawn.shape[0])
        drawn[down[inside], right[inside]] = np.broadcast_to(stamp.colours, right.shape)[inside]


@lru_cache(maxsize=16)
def framed(plot: Plot, beside: tuple[str, ...], over: tuple[str, ...]) -> Frame:
    """The frame of a plot without its points; stamps of its markers, of words beside the rings and over the points."""
    series: dict[str, Any] = {axis: [] for cloud in plot.clouds for axis in (cloud.x, cloud.y)} | {plot.notes: []}
    svg = cleaned(printed(plot, series, "svg"), plot.title, "-", height_of(plot)).decode()
    before, after = svg.split(FIRST_CLOUD)
    with laid_out(plot, series) as (canvas, axes):
        page = _pixels(canvas)
        (x0, y0), (x1, _) = axes.transData.transform([(0, 0), (1, 0)]) / PIXELS_PER_POINT
    sheet = _sheet(plot, [*beside, *over])
    both = Image.fromarray(np.concatenate([page, sheet])).quantize(COLOURS, dither=Image.Dither.NONE)
    indices = np.asarray(both)
    cells = _cells(indices[len(page) :], [*(cloud.label for cloud in plot.clouds), *beside, *over])
    return Frame(
        before=before,
        after=after,
        markers=[(found[1], found[2]) for found in USED.finditer(after)][: len(plot.clouds)],
        scale=(float(x0), float(x1 - x0), height_of(plot) - float(y0)),
        pixels=indices[: len(page)],
        palette=bytes(both.getpalette() or ()),
        stamps={name: _stamp(cell, boxed=name in over) for name, cell in cells},
    )


def _pixels(canvas: Any) -> Pixels:
    agg: Any = FigureCanvasAgg(canvas)
    agg.draw()
    return np.asarray(agg.buffer_rgba())[:, :, :3].copy()


def _sheet(plot: Plot, words: Sequence[str]) -> Pixels:
    """One of each marker, then one of each word, on white, in the middles of cells."""
    wide, high = CELL
    middles = [((place % IN_A_ROW + 0.5) * wide, (place // IN_A_ROW + 0.5) * high) for place in range(MOST_CELLS)]
    with style.context([LOOK], after_reset=True):
        size = IN_A_ROW * wide, MOST_CELLS // IN_A_ROW * high
        canvas = Canvas(figsize=(size[0] / 72, size[1] / 72), dpi=72 * PIXELS_PER_POINT)
        axes = canvas.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, size[0]), ylim=(size[1], 0))
        axes.set_axis_off()
        for (x, y), (colour, marker), _ in zip(middles, MARKERS, plot.clouds, strict=False):
            axes.scatter([x], [y], color=colour, marker=marker, **POINTS)
        for (x, y), word in zip(middles[len(plot.clouds) :], words, strict=False):
            axes.text(x, y, word, **NAME)
        return _pixels(canvas)


def _cells(sheet: Pixels, names_of: Sequence[str]) -> Iterator[tuple[str, Pixels]]:
    wide, high = (PIXELS_PER_POINT * side for side in CELL)
    for place, name in enumerate(names_of):
        down, right = place // IN_A_ROW * high, place % IN_A_ROW * wide
        yield name, sheet[down : down + high, right : right + wide]


def _stamp(cell: Pixels, boxed: bool) -> Stamp:
    """What is not blank; of a word that stands over points, the box about it."""
    inked = cell != cell[0, 0]
    if boxed:
        down, right = np.nonzero(inked)
        inked[down.min() - PAD : down.max() + PAD + 1, right.min() - PAD : right.max() + PAD + 1] = True
    down, right = np.nonzero(inked)
    return Stamp(down - cell.shape[0] // 2, right - cell.shape[1] // 2, cell[inked])
