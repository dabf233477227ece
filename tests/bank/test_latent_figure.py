"""The plane of codes: what is read off it is counted again from its points, and a figure is fast and the same again."""

import json
from collections import Counter, defaultdict
from io import BytesIO
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
import torch
from PIL import Image

from bank import registry
from bank.authoring import latent_scatter
from bank.authoring.occupancy import CHOICES, Occupancy, every, one, several
from bank.authoring.plot import Cloud, Plot, Ring
from bank.lab import Lab
from bank.lab.allocation import Allocation
from bank.lab.trainings.aae_figure import AaeFigure, Scatter, shows
from bank.latent_plane import LABELLINGS
from bank.planes import draw_shown
from bank.verification import Task, verify

FAMILY = registry.get("aae_latent_figure")
VIEW = {"names": (3, 1, 4, 0, 5, 9, 2, 6, 8, 7), "turn": 3}


GENERAL = ("differs_between_seeds", "labels_separate", "leaves_the_assignment_open", "modes_are_shared")
APART = [[100 * (row == column) for column in range(4)] for row in range(4)]
MIXED = [[50, 50, 0, 0], [50, 50, 0, 0], [0, 0, 50, 50], [0, 0, 50, 50]]
CROWDED = [[50, 50, 0, 50], [0, 0, 0, 0], [50, 50, 50, 0], [0, 0, 50, 50]]
ORDERS = [[0, 1, 2, 3], [2, 3, 0, 1], [0, 2, 1, 3], [3, 1, 2, 0]]


@pytest.fixture
def lab():
    """One whose eight trainings end as trainings do; none is made."""
    made = Lab(0)
    made.__dict__["aae"] = SimpleNamespace(**dict.fromkeys(GENERAL, lambda: True))
    return made


def asked(seed, kind="multiple_choice", **fixed):
    """A question that knows a result which is made up."""
    question = FAMILY.draw(FAMILY.rng(seed), kind, fixed)
    return question.knowing(question.run().specimen)


@pytest.mark.parametrize("kind", FAMILY.kinds)
def test_what_is_read_off_the_table_is_found_again_among_the_points(lab, kind):
    found = FAMILY.prove(lab, [(kind, asked(seed, kind)) for seed in range(60)])
    assert Counter(each.verdict for each in found) == {"confirmed": 60}


def test_every_statement_that_is_turned_round_is_refuted(lab, monkeypatch):
    for seed in range(12):
        question = asked(seed)
        key = question.solve()
        for name in key:
            monkeypatch.setattr(FAMILY, "solve", lambda _, key=key, name=name: key | {name: not key[name]})
            (found,) = FAMILY.prove(lab, [("multiple_choice", asked(seed))])
            assert found.verdict == "refuted", name
            monkeypatch.undo()


def test_another_labelling_than_that_of_the_run_is_refuted(lab):
    for labels in LABELLINGS:
        other = next(each for each in LABELLINGS if each != labels)
        question = asked(1, "single_choice", labels=labels, ask="training")
        claimed = FAMILY.from_json(question.to_json() | {"labels": other}).knowing(question.outcome)
        verdicts = [found.verdict for found in FAMILY.prove(lab, [("single_choice", q) for q in (question, claimed)])]
        assert verdicts == ["confirmed", "refuted"]


def test_a_table_that_is_not_that_of_the_points_refutes_the_question(lab):
    question = asked(2, labels="none")
    wrong = question.outcome | {"table": question.outcome["table"][1:] + question.outcome["table"][:1]}
    (found,) = FAMILY.prove(lab, [("multiple_choice", question.knowing(wrong))])
    assert (found.verdict, found.more["checks"][0]["holds"]) == ("refuted", False)


@pytest.mark.parametrize("labels", LABELLINGS)
def test_points_say_the_same_as_the_table_wherever_that_is_clear(lab, labels):
    shown = latent_scatter.shown(latent_scatter.made_up(labels, 5), **VIEW)
    plane = Occupancy([row[1:11] for row in shown.series["table"]["rows"]])
    clear = [(name, values, holds) for name in CHOICES for values, holds in plane.found(name) if holds is not None]
    assert len(clear) > 300
    assert [each for each in clear if lab.scatters.says(shown.series, *each[:2]) is not each[2]] == []


def test_what_is_not_clear_is_never_asked():
    for seed in range(200):
        question = asked(seed)
        plane = Occupancy(latent_scatter.renamed(question.outcome["table"], question.names))
        for statement in question.statements:
            name, *values = statement.id.split()
            if name in CHOICES:
                assert getattr(plane, name)(*map(int, values)) is statement.true


def test_no_two_statements_name_one_class_or_one_mode_and_the_table_tells_the_same():
    for seed in range(100):
        question = asked(seed)
        figure = question.shown(question.outcome)
        table = Occupancy([row[1:11] for row in figure.series["table"]["rows"]])
        texts = [statement.text for statement in question.statements]
        assert len(set(texts)) == 5
        for statement in question.statements:
            name, *values = statement.id.split()
            if name in CHOICES:
                assert getattr(table, name)(*map(int, values)) is statement.true


def test_each_form_of_statement_is_about_as_often_true_as_false():
    seen = defaultdict(Counter)
    for seed in range(1500):
        for statement in asked(seed).statements:
            seen[statement.id if statement.id.endswith("labels") else statement.id.split()[0]][statement.true] += 1
    shares = {name: counts[True] / counts.total() for name, counts in seen.items()}
    assert {name: share for name, share in shares.items() if not 0.4 <= share <= 0.6} == {}


def test_three_values_are_combined_as_they_must():
    assert [every(values) for values in ([True, None], [False, None], [True])] == [None, False, True]
    assert [several(values) for values in ([True, True, None], [True, None], [True, False], [])] == [
        True,
        None,
        False,
        False,
    ]
    assert [one(values) for values in ([True, True, None], [True, None], [True, False], [False])] == [
        False,
        None,
        True,
        False,
    ]


def test_a_turn_and_other_names_change_the_picture_and_not_what_it_says():
    result = latent_scatter.made_up("none", 3)
    plain, other = latent_scatter.shown(result), latent_scatter.shown(result, **VIEW)
    names = VIEW["names"]
    rows, turned = plain.series["table"]["rows"], other.series["table"]["rows"]
    assert all(turned[names[k]][1 + names[c]] == rows[k][1 + c] for k in range(10) for c in range(10))
    assert [turned[names[k]][-1] for k in range(10)] == [row[-1] for row in rows]
    assert [ring.label for ring in other.plot.rings][3] == f"mode {names[0]}"


@pytest.mark.parametrize("labels", LABELLINGS)
def test_a_result_that_is_made_up_is_what_such_labels_lead_to(lab, labels):
    assert [
        lab.scatters.labels(latent_scatter.shown(latent_scatter.made_up(labels, seed)).series) for seed in range(9)
    ] == [labels] * 9


def test_at_most_one_labelling_fits_a_table():
    for labels in LABELLINGS:
        table = latent_scatter.made_up(labels, 1)["table"]
        for near in (0.5, 0.88, 0.95):
            assert sum(shows(each, table, near) for each in LABELLINGS) <= 1


def drawing(labels="none", **view):
    shown = latent_scatter.shown(latent_scatter.made_up(labels, 3), **view)
    return shown, draw_shown(shown.plot, shown.series, None)


def test_a_plane_is_a_drawing_that_runs_nothing_and_the_same_again():
    shown, figure = drawing(**VIEW)
    root = ET.fromstring(figure.svg.content)  # noqa: S314 - our own drawing
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "defs", "path", "use", "clipPath", "rect", "text"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or name == "style"]
    assert (root.get("height"), figure.record()["height"], figure.record()["width"]) == ("700", 700, 640)
    assert root[1].text == figure.alt
    points = [element for element in root.iter() if element.tag.endswith("}use") and float(element.get("y")) > 84]
    assert len(points) >= shown.series["images"]
    written = {element.text for element in root.iter() if element.tag.endswith("}text")}
    assert {f"mode {k}" for k in range(10)} | {str(c) for c in range(10)} <= written
    assert drawing(**VIEW)[1] == figure
    assert drawing(**VIEW | {"turn": 4})[1].svg != figure.svg


RINGS = tuple(Ring(x, y, 1, "r") for x, y in ((2, 0), (0, 2), (-2, 0), (0, -2)))


def test_the_axes_have_one_scale_and_the_points_lie_where_they_are():
    clouds = (Cloud("x0", "y0", "a"),)
    plot = Plot("", "x", "y", "One point", clouds=clouds, span=4.0, rings=RINGS)
    origin, right, up = (
        ET.fromstring(draw_shown(plot, {"x0": [x], "y0": [y]}).svg.content).findall(".//{*}use")[0]  # noqa: S314 - our own drawing
        for x, y in ((0, 0), (3, 0), (0, 3))
    )
    assert float(right.get("x")) - float(origin.get("x")) == pytest.approx(
        float(origin.get("y")) - float(up.get("y")), abs=0.2
    )


def test_the_twin_of_pixels_shows_every_class_in_its_colour():
    _, figure = drawing("all")
    image = Image.open(BytesIO(figure.png.content))
    assert (image.mode, image.size) == ("P", (1280, 1400))
    assert len(figure.png.content) < 150_000
    colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 16)}
    assert len(colours) > 40


def test_a_learner_who_does_not_see_has_the_counts():
    shown, figure = drawing()
    assert figure.data["columns"][0] == "" and figure.data["columns"][-1] == "outside the circle"
    assert [row[0] for row in figure.data["rows"]] == [f"mode {k}" for k in range(10)]
    assert sum(sum(row[1:11]) for row in figure.data["rows"]) == shown.series["images"]
    assert "400 images" in figure.alt


def test_the_allocation_is_told_from_tables(monkeypatch):
    mixed = [[[row[column] for column in order] for row in MIXED] for order in ORDERS] * 2
    bench = Allocation(None)
    worlds = {"all": [APART] * 8, "none": mixed, "permuted": [APART[::-1]] * 8, "random": mixed}
    monkeypatch.setattr(
        bench, "results", lambda labels: [{"table": table, "names": [3, 2, 1, 0]} for table in worlds[labels]]
    )
    propositions = [
        bench.classes_have_one_mode,
        bench.modes_have_one_class,
        bench.order_repeats,
        bench.order_changes_without_labels,
        bench.order_follows_the_labels,
        bench.alike_are_separate,
        bench.every_mode_is_filled,
        bench.random_labels_mix,
        bench.labels_make_the_difference,
    ]
    assert [holds() for holds in propositions] == [True] * len(propositions)
    crowded = [[[row[column] for column in order] for row in CROWDED] for order in ORDERS] * 2
    worlds.update(all=crowded, none=[APART] * 8, permuted=[APART] * 8, random=[APART] * 8)
    assert True not in [holds() for holds in propositions]


@pytest.mark.slow
def test_runs_show_what_their_labels_lead_to_and_variants_share_them():
    lab = Lab()
    settings = [Scatter(labels, 0) for labels in LABELLINGS]
    results = [kept.value for kept in lab.results("aae_figure", settings)]
    assert all(each["accepted"] for each in results)
    assert [lab.scatters.labels(latent_scatter.shown(each).series) for each in results] == list(LABELLINGS)
    assert all(len(group) == 200 for each in results for group in each["points"])
    drafts = [FAMILY.draft(seed, "multiple_choice", {"labels": "none", "seed": 0}) for seed in range(20)]
    run, AaeFigure.run = AaeFigure.run, None
    try:
        judged = verify(lab, "aae_latent_figure", [Task("multiple_choice", each.params, each.seed) for each in drafts])
    finally:
        AaeFigure.run = run
    assert Counter(each.verdict for each in judged) == {"confirmed": 20}
    assert len({each.finished.looks for each in judged}) == 20
    (figure,) = json.loads(judged[0].finished.seen)["figures"]
    assert figure == judged[0].evidence["run"]["figure"]


def test_a_lab_counts_with_one_thread_whatever_the_process_did():
    short = {"labels": "none", "seed": 0, "samples": 100, "steps": 4, "points": True}
    first = Lab(0).results("aae", [short])[0].value
    torch.set_num_threads(2)
    assert (Lab(0).results("aae", [short])[0].value, torch.get_num_threads()) == (first, 1)
