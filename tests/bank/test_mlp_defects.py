"""The printed MLP: its edits in print, in small copies and run as printed; the question that shows the run."""

import ast
import json
import re
from collections import Counter
from html import escape
from itertools import combinations

import pytest
import torch

from bank import mlp_program
from bank.errors import BadParams
from bank.families.mlp.mlp_defects import MlpDefects
from bank.families.mlp.mlp_diagnosis import MlpDiagnosis
from bank.families.mlp.printed_code import TOLD
from bank.kept import Kept
from bank.lab import Lab, mlp_costs
from bank.lab.mlp_costs import lowers
from bank.lab.trainings import mlp_defects, printed_mlp
from bank.mlp_program import EDITS, WIDTHS, clash, edited, printed
from bank.verification import Task, verify

pytestmark = pytest.mark.slow

KIND = "multiple_choice"
QUESTION = MlpDefects(edits=("learning_rate_0.1", "dropout_0", "tanh_on_logits", "bias_0.01"), widths=(64, 32))
EXECUTED = printed_mlp.executed
TRIED = ("learning_rate_0.1", "double_softmax", "init_std_0.01", "relu_kaiming", "log_softmax_twice")


@pytest.fixture(scope="module")
def lab():
    """One lab for all: its results are kept."""
    return Lab(0)


@pytest.fixture(scope="module")
def judged(lab):
    (found,) = verify(lab, "mlp_defects", [Task(KIND, QUESTION.to_json(), 5)])
    return found


def change(*edits):
    """How many times more, or less, each line is printed."""
    changed = Counter(printed(edited(edits), (64, 32)).splitlines())
    changed.subtract(printed(edited([]), (64, 32)).splitlines())
    return {line: times for line, times in changed.items() if times}


def test_every_edit_is_told_of_and_every_one_that_is_told_of_can_be_made():
    assert set(TOLD) == set(EDITS)


@pytest.mark.parametrize("edit", EDITS)
def test_an_option_quotes_what_stands_in_print_after_the_edit_and_before(edit):
    before, after = printed(edited([]), (64, 32)), printed(edited([edit]), (64, 32))
    new, _, old = TOLD[edit].change.partition(" instead of ")
    assert before != after
    for code in re.findall("`(.*?)`", new if "removed" not in new else ""):
        assert all(part in after for part in code.split(", "))
    for code in re.findall("`(.*?)`", old):
        assert code.partition(" ")[0] in before


def test_edits_that_do_not_clash_change_lines_of_their_own():
    for one, other in combinations(EDITS, 2):
        if not clash(one, other):
            both = Counter(change(one))
            both.update(change(other))
            assert change(one, other) == {line: times for line, times in both.items() if times}


def test_every_program_is_one_that_python_reads_and_torch_builds():
    for edit in EDITS:
        text = printed(edited([edit]), (48, 24))
        assert ast.unparse(ast.parse(text))
        model, _ = printed_mlp.executed(text, "cpu")
        assert model(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


def fenced(seen):
    """The code of a stem, as students see it."""
    (code,) = re.findall("\n```python\n(.*?)\n```\n", seen["stem"]["text"], re.DOTALL)
    return code


def rehearsed(family, seed):
    return json.loads(family.rehearsed(seed, family.kinds[0]).seen)


def uncommented(code):
    return re.sub(r"  # \([a-f]\)$", "", code, flags=re.MULTILINE)


def test_the_text_that_is_run_is_the_printed_text_but_for_the_marks(lab, monkeypatch):
    run = []
    monkeypatch.setattr(printed_mlp, "executed", lambda text, device: run.append(text) or EXECUTED(text, device))
    printed_mlp.PrintedMlp.run(lab, [printed_mlp.PrintedMlp.read(QUESTION.run().settings)])
    seen = json.loads(QUESTION.composed(5, KIND, []).seen)
    assert uncommented(fenced(seen)) == run[0].strip()
    assert f'<pre><code class="language-python">{escape(fenced(seen))}\n</code></pre>' in seen["stem"]["html"]


def test_the_code_of_fifty_questions_runs_as_printed_and_takes_a_step():
    images, labels = torch.randn(8, 3, 32, 32, generator=torch.Generator().manual_seed(1)), torch.arange(8)
    codes = {fenced(rehearsed(MlpDefects, seed)) for seed in range(50)}
    assert len(codes) == 50
    for code in codes:
        model, optimizer = printed_mlp.executed(code, "cpu")
        before = [parameter.detach().clone() for parameter in model.parameters()]
        loss = torch.nn.functional.nll_loss(model(images), labels)
        loss.backward()
        optimizer.step()
        assert torch.isfinite(loss)
        assert any(not torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("family", [MlpDefects, MlpDiagnosis])
def test_the_code_between_the_fences_draws_the_figure_that_is_shown(lab, family, seed):
    question = family.draw(family.rng(seed), family.kinds[0])
    (kept,) = lab.results("printed_mlp", [question.run().settings])
    found = printed_mlp.curve(lab, fenced(rehearsed(family, seed)))
    assert found == kept.value == question.shown(kept.value).series


@pytest.mark.parametrize("seed", range(20))
def test_each_option_has_its_letter_at_the_lines_that_it_changes_and_nowhere_else(seed):
    question = MlpDefects.draw(MlpDefects.rng(seed), KIND, {"widths": (64, 32)})
    lines = question.code.splitlines()
    for letter, edit in zip("abcdef", question.edits, strict=False):
        marked = Counter(uncommented(line) for line in lines if line.endswith(f"# ({letter})"))
        added = {line: times for line, times in change(edit).items() if times > 0}
        assert marked
        if added:
            assert marked == added
        else:  # a line was removed: the one before it is marked
            assert all("nn.Linear" in line for line in marked)


def test_the_curve_is_as_long_as_the_one_that_is_rehearsed(judged):
    rows = judged.evidence["run"]["figure"]["data"]["rows"]
    specimen = QUESTION.run().specimen
    assert len(rows) == 10
    assert (rows[0][0], rows[-1][0]) == (specimen["x"][0], specimen["x"][-1]) == (0, mlp_program.STEPS)


def test_torchs_own_generator_is_left_as_it_was(lab):
    before = torch.get_rng_state()
    with printed_mlp.seeded(lab, "a test"):
        first = torch.rand(3)
    with printed_mlp.seeded(lab, "a test"):
        assert torch.equal(torch.rand(3), first)
    assert torch.equal(torch.get_rng_state(), before)


def test_defects_cost_accuracy_in_small_copies_and_harmless_edits_do_not(lab):
    settings = [mlp_defects.Settings(edits) for edits in ((), *((edit,) for edit in TRIED))]
    correct, *changed = [kept.value for kept in lab.results("mlp_defects", settings)]
    found = {edit: lowers(edited([edit]), correct, each) for edit, each in zip(TRIED, changed, strict=True)}
    assert found == {edit: TOLD[edit].defect for edit in TRIED}
    assert all(0.5 < accuracy < 0.8 for accuracy in correct["accuracy"])


def test_a_configuration_gives_the_same_alone_as_beside_others():
    alone, beside = ([("bias_0.01",)], [(), ("sgd_10", "relu_kaiming"), ("bias_0.01",)])
    run = mlp_defects.MlpDefects.run
    (first,), (*_, last) = (
        run(Lab(0), [mlp_defects.Settings(edits, (48, 24), (3, 4)) for edits in each]) for each in (alone, beside)
    )
    assert first["nll"] == pytest.approx(last["nll"], rel=1e-3)


@pytest.mark.parametrize(
    ("edit", "accuracy", "nll", "gradient", "verdict"),
    [
        ("learning_rate_0.1", 0.03, 0.0, 1.0, True),
        ("learning_rate_0.1", 0.025, 9.0, 1.0, "undecided"),
        ("learning_rate_0.1", 0.019, 9.0, 1.0, False),
        ("double_softmax", 0.025, 0.9, 1.0, True),
        ("double_softmax", 0.025, 0.2, 1.0, "undecided"),
        ("tanh_on_logits", 0.1, -0.3, 1.0, "undecided"),  # below the least loss that tanh allows
        ("init_std_0.01", 0.1, 0.3, 0.3, "undecided"),  # its gradient has not faded
        ("init_std_0.01", 0.1, 0.3, 0.1, True),
    ],
)
def test_an_edit_is_judged_by_what_it_costs_and_by_what_must_follow_from_it(edit, accuracy, nll, gradient, verdict):
    correct = {"accuracy": [0.6] * 8, "nll": [1.0] * 8, "gradient": [1.0] * 8}
    changed = {"accuracy": [0.6 - accuracy] * 8, "nll": [1.0 + nll] * 8, "gradient": [gradient] * 8}
    assert lowers(edited([edit]), correct, changed) == verdict


def test_a_question_is_finished_with_the_figure_of_its_run(judged):
    seen, run = json.loads(judged.finished.seen), judged.evidence["run"]
    (figure,) = seen["figures"]
    assert figure == run["figure"]
    assert [picture.href for picture in judged.figures[0].pictures] == [figure["href"], figure["png"]]
    assert judged.figures[0].png.content.startswith(b"\x89PNG")
    assert figure["data"]["columns"] == ["training step", "validation accuracy"]
    assert not any(word in figure["alt"] for word in ("defect", *EDITS))


def test_evidence_names_the_run_its_seconds_and_the_device(judged):
    assert judged.verdict == "confirmed"
    assert judged.evidence["run"]["device"] == judged.evidence["device"] == "cpu"
    assert judged.evidence["run"]["seconds"] > 0
    assert judged.evidence["seeds"] == list(range(8))
    assert judged.evidence["measured"] == QUESTION.solve()
    assert set(judged.evidence["series"]["x"]) == set(QUESTION.edits)


def test_a_second_question_about_the_same_edits_pays_nothing(lab, judged, monkeypatch):
    monkeypatch.setattr(printed_mlp.PrintedMlp, "run", None)
    monkeypatch.setattr(mlp_defects.MlpDefects, "run", None)
    turned = QUESTION.to_json() | {"edits": list(reversed(QUESTION.edits))}
    (again,) = verify(lab, "mlp_defects", [Task(KIND, turned, 6)])
    assert (again.verdict, again.evidence["run"]) == ("confirmed", judged.evidence["run"])


def test_a_flipped_key_is_refuted(lab, judged, monkeypatch):
    key = QUESTION.solve()
    for edit in QUESTION.edits:
        monkeypatch.setattr(MlpDefects, "solve", lambda question, edit=edit: key | {edit: not key[edit]})
        fresh = MlpDefects.from_json(QUESTION.to_json())
        (found,) = MlpDefects.prove(lab, [(KIND, fresh)])
        assert found.verdict == "refuted"


def test_a_figure_that_does_not_look_like_a_failure_refutes_the_question(lab, judged, monkeypatch):
    learned = Kept({"x": [0, 30], "accuracy": [0.1, 0.8]}, 1.0, "cpu")
    results = lab.results
    monkeypatch.setattr(
        lab, "results", lambda name, all_: [learned for _ in all_] if name == "printed_mlp" else results(name, all_)
    )
    (found,) = MlpDefects.prove(lab, [(KIND, QUESTION)])
    assert (found.verdict, found.more["checks"][0]["holds"]) == ("refuted", False)


@pytest.mark.parametrize(
    ("edits", "widths", "reason"),
    [
        (["learning_rate_0.1", "dropout_0", "sgd_10", "bias_0.01"], [64, 32], "change the same line"),
        (["learning_rate_0.1", "dropout_0", "bias_0.01", "beta2_0.99"], [64, 32], "two or three defects"),
        (["learning_rate_0.1", "dropout_0", "bias_0.01", "tanh_on_logits"], [24, 96], "widths must be"),
    ],
)
def test_what_makes_no_question_is_refused(edits, widths, reason):
    with pytest.raises(BadParams) as refused:
        MlpDefects.draft(1, KIND, {"edits": edits, "widths": widths})
    assert [problem.detail for problem in refused.value.problems if reason in problem.detail]


def test_four_five_and_six_options_with_two_or_three_defects_are_drawn():
    drawn = [MlpDefects.draw(MlpDefects.rng(seed), KIND) for seed in range(600)]
    counts = Counter((sum(q.solve().values()), len(q.edits)) for q in drawn)
    assert set(counts) == {(2, 4), (2, 5), (3, 5), (3, 6)}
    assert min(counts.values()) > 600 / 8
    assert {edit for question in drawn for edit in question.edits} == set(EDITS)
    assert {question.widths for question in drawn} == set(WIDTHS)


def test_no_kind_of_change_tells_by_itself():
    """Of lines that may be changed either way, each is a defect in a fifth to four fifths of the questions."""
    seen = Counter()
    for seed in range(2000):
        question = MlpDefects.draw(MlpDefects.rng(seed), KIND)
        seen.update((mlp_program.line(edit), defect) for edit, defect in question.solve().items())
    for line in {line for line, defect in seen if defect} - {"optimiser"}:
        assert 1 / 5 < seen[line, True] / (seen[line, True] + seen[line, False]) < 4 / 5, line


def test_the_space_is_the_number_of_sets_without_a_clash():
    """Counted in another way: one line after the other joins the sets found so far."""
    found = Counter({(frozenset(), 0, 0): 1})
    for edit, told in TOLD.items():
        fields = frozenset(EDITS[edit])
        for (taken, defects, harmless), ways in list(found.items()):
            grown = (taken | fields, defects + told.defect, harmless + (not told.defect))
            if not taken & fields and max(grown[1:]) <= 3:
                found[grown] += ways
    fair = sum(ways for (_, *counts), ways in found.items() if min(counts) >= 2)
    assert fair == MlpDefects.space(KIND)


def test_the_open_question_shows_the_same_run_without_marks():
    asked = MlpDiagnosis(edits=QUESTION.edits, widths=QUESTION.widths)
    assert asked.run() == QUESTION.run()
    assert asked.code == uncommented(QUESTION.code) != QUESTION.code


def test_the_rubric_has_a_criterion_for_each_defect_and_none_for_what_is_harmless():
    for seed in range(50):
        question = MlpDiagnosis.draw(MlpDiagnosis.rng(seed), "text")
        *rows, limits = question.rubric
        defects = [TOLD[edit] for edit in question.edits if TOLD[edit].defect]
        assert [row.id for row in rows] == [f"R{place}" for place in range(1, len(defects) + 1)]
        assert sum(row.points for row in rows) >= question.points
        assert limits.points == 0
        for row, told in zip(rows, defects, strict=True):
            assert told.why in row.criterion
            assert told.fix in row.criterion
            assert told.words in row.criterion


def test_a_place_that_is_named_stands_in_the_code():
    for seed in range(50):
        question = MlpDiagnosis.draw(MlpDiagnosis.rng(seed), "text")
        for code in re.findall("`(.*?)`", question.unharmful):
            assert all(part in question.code for part in code.split(", "))


def test_what_is_said_of_a_defect_is_complete():
    assert all(told.name and told.words and told.fix for told in TOLD.values() if told.defect)
    assert not any(told.name or told.fix for told in TOLD.values() if not told.defect)


def test_every_edit_costs_what_it_must_at_three_widths(lab):
    found = mlp_defects.MlpDefects.criteria(lab, 8)
    assert [each.says for each in found if not each.met] == []
    assert {edit for each in found for edit in EDITS if f" by {edit} " in each.says} == set(EDITS)


def test_a_cost_beyond_its_bound_does_not_meet_its_criterion():
    correct = {"accuracy": [0.6] * 8, "nll": [1.0] * 8, "gradient": [1.0] * 8}
    alone = {"": correct, **dict.fromkeys(("dropout_0", "tanh_on_logits", "init_std_0.01"), correct)}
    missed = [each for each in mlp_costs.criteria((64, 32), alone, correct) if not each.met]
    assert len(missed) == 5  # what is harmless costs nothing, and the loss stays above its floor


def test_the_exams_own_code_fails_in_print_and_the_mended_one_learns(lab):
    found = printed_mlp.PrintedMlp.criteria(lab, 1)
    assert all(each.met for each in found)
    assert len(found) == 2 * len(WIDTHS)
