"""Figures: drawn from what was measured, safe to show, the same bytes for the same series."""

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from bank import registry
from bank.authoring.plot import Cloud, Curve, Plot
from bank.figures import HEIGHT, MARKERS, WIDTH, draw, draw_shown, printed
from bank.lab import Lab
from bank.variant import ready
from bank.verification import Task, verify

PLOT = Plot(
    title="A <title> & more",
    x="step t",
    y="error",
    curves=(Curve("slow", "slow"), Curve("fast", "fast")),
    alt="Both fall",
    logarithmic=True,
    mark="half",
)
SERIES = {"x": [0, 1, 2, 3], "slow": [1, 0.5, 0.25, 0.125], "fast": [1, 0.1, 0.01, 0.001], "half": 1.0}
ILLUSTRATED = [name for name, family in registry.all_families().items() if family.plot]


def tree(figure):
    return ET.fromstring(figure.svg.content)  # noqa: S314 - our own drawing


@pytest.mark.slow
def test_the_same_series_gives_the_same_bytes_in_every_process():
    script = "from tests.bank.test_figures import *; print(draw(PLOT, SERIES).svg.sha256)"
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    assert told.strip() == draw(PLOT, SERIES).svg.sha256


def test_another_series_gives_another_figure():
    assert draw(PLOT, SERIES).svg.sha256 != draw(PLOT, {**SERIES, "fast": [1, 0.1, 0.01, 0.002]}).svg.sha256


def test_a_figure_is_named_by_its_content_and_has_its_size():
    figure = draw(PLOT, SERIES)
    root = tree(figure)
    assert figure.svg.sha256 == hashlib.sha256(figure.svg.content).hexdigest()
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("640", "400", "0 0 640 400")
    record = figure.record()
    assert (record["width"], record["height"], figure.svg.media_type) == (WIDTH, HEIGHT, "image/svg+xml")


def test_a_figure_runs_nothing_styles_nothing_and_refers_to_nothing_outside():
    figure = draw(PLOT, SERIES)
    svg, root = figure.svg.content.decode(), tree(figure)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "defs", "path", "use", "clipPath", "rect", "text"}
    attributes = [pair for element in root.iter() for pair in element.attrib.items()]
    assert not [name for name, _ in attributes if name.startswith("on") or name == "style"]
    links = [value for name, value in attributes if name.endswith("href")]
    assert links and all(link.startswith("#") for link in links)
    assert set(re.findall(r"url\((.)", svg)) == {"#"}
    assert set(re.findall(r"https?://[^\"]+", svg)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "<!DOCTYPE" not in svg


def test_a_figure_tells_what_it_shows():
    figure = draw(PLOT, SERIES)
    root = tree(figure)
    title, description = root[0], root[1]
    assert title.text == "A <title> & more"
    assert description.text == figure.alt
    assert figure.alt == (
        "Both fall. slow: from 1 to 0.125, smallest 0.125. fast: from 1 to 0.001, smallest 0.001. Marked at step t: 1."
    )


def test_what_a_figure_is_for_is_said_with_the_numbers_of_the_question_and_of_the_run():
    plot = replace(PLOT, alt="For <<kappa>>, 0.01 is reached after <<fast|reached(0.01)>> steps, slowly <<slow|last>>")
    alt = draw(plot, SERIES, SimpleNamespace(kappa=Fraction(9, 4))).alt
    assert alt.startswith("For 9/4, 0.01 is reached after 2 steps, slowly 0.125. slow: from")


def test_a_figure_without_words_is_refused():
    with pytest.raises(ValueError, match="an alternative in words"):
        replace(PLOT, alt=" ")


def test_the_numbers_of_a_figure_are_a_table_with_a_caption_and_headings():
    found = ET.fromstring(draw(PLOT, SERIES).data["html"])  # noqa: S314 - our own table
    assert found.find("caption").text == "A <title> & more"
    assert [(cell.get("scope"), cell.text) for cell in found.iterfind("thead/tr/th")] == [
        ("col", "step t"),
        ("col", "slow"),
        ("col", "fast"),
    ]
    last = list(found.iterfind("tbody/tr"))[-1]
    assert [(cell.tag, cell.get("scope"), cell.text) for cell in last] == [
        ("th", "row", "3"),
        ("td", None, "0.125"),
        ("td", None, "0.001"),
    ]


def test_the_letters_of_a_figure_are_text():
    written = {element.text for element in tree(draw(PLOT, SERIES)).iter() if element.tag.endswith("}text")}
    assert {"step t", "error", "slow", "fast", "10⁻²"} <= written


def test_the_same_plot_can_be_printed_as_pixels():
    assert printed(PLOT, SERIES, "png").startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ILLUSTRATED)
def test_a_family_with_a_plot_has_its_figure_with_the_evidence_and_not_in_public(name):
    drafts = [registry.get(name).draft(seed) for seed in range(6)]
    judged = verify(Lab(0), name, [Task(draft.kind, draft.params) for draft in drafts])
    assert any(found.figures for found in judged)
    for draft, found in zip(drafts, judged, strict=True):
        assert len(found.figures) == (found.evidence["series"] is not None)
        assert found.evidence["figures"] == [
            {
                "href": f"/v1/assets/{figure.svg.sha256}.svg",
                "alt": figure.alt,
                "width": WIDTH,
                "height": HEIGHT,
                "data": figure.data,
            }
            for figure in found.figures
        ]
        assert ready(found.evidence)
        assert b'"figures":[]' in draft.seen


def test_a_figure_that_a_question_shows_has_a_twin_in_pixels_and_its_numbers():
    long = {"x": list(range(0, 101, 5)), "slow": [0.1] * 21, "fast": [step / 20 for step in range(21)], "half": 50}
    figure = draw_shown(PLOT, long)
    record = figure.record()
    assert record["png"] == f"/v1/assets/{hashlib.sha256(figure.png.content).hexdigest()}.png"
    assert record["data"]["columns"] == ["step t", "slow", "fast"]
    assert len(record["data"]["rows"]) == 10
    assert (record["data"]["rows"][0], record["data"]["rows"][-1]) == ([0, 0.1, 0.0], [100, 0.1, 1.0])


def test_a_fifth_curve_is_drawn_and_a_ninth_is_refused():
    names = [f"c{number}" for number in range(9)]
    curves = tuple(Curve(name, name) for name in names)
    series = {"x": [0, 1], **{name: [place, place + 1] for place, name in enumerate(names)}}
    alt = draw(Plot("t", "x", "y", "Lines", curves[:5]), series).alt
    assert "c4: from 4 to 5" in alt
    with pytest.raises(ValueError, match="at most 8 curves"):
        Plot("t", "x", "y", "Lines", curves)


def test_ten_clouds_are_told_apart_by_colour_and_by_shape():
    clouds = tuple(Cloud(f"x{c}", f"y{c}", f"class {c}") for c in range(10))
    series = {f"{axis}{c}": [c, c + 0.5] for c in range(10) for axis in "xy"}
    figure = draw_shown(Plot("", "z1", "z2", "Codes", clouds=clouds), series)
    assert figure.data["rows"] == [[f"class {c}", 2] for c in range(10)]
    assert len({colour for colour, _ in MARKERS}) == len({marker for _, marker in MARKERS}) == 10
    assert b"#5e3c99" in figure.svg.content
