"""Every question is complete, hides its key, is graded as it should be, and is confirmed by the lab."""

from __future__ import annotations

import doctest
import inspect
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bank import golden, kinds
from bank.authoring.exercise import Exercise
from bank.authoring.family import Family
from bank.authoring.unwritten import marks
from bank.authoring.versions import golden_lines
from bank.contract.drawing import Drawn, drawn, hold
from bank.errors import BrokenPromise
from bank.kinds import grading
from bank.notation.values import Constant
from bank.verification import Task, informed, verify

if TYPE_CHECKING:
    from bank.authoring.laboratory import Lab
    from bank.evidence import Evidence
    from bank.judgements import Judged

MEASURED = 20  # of the questions drawn: those whose keys the lab confirms
PERTURBED = 5  # of them whose keys are made wrong
RUNS = 3  # of them where each question pays for a run of its own
CODE_WITHOUT_LANGUAGE = "<pre><code>"  # what is indented by mistake; code that is meant names its language
PARTS_BEHIND = frozenset({"answer", "params", "seed", "solution", "feedback"})
ALIKE = ("expression", "text")  # kinds in which the letters, or the person who answers, may be all there is to vary


def nothing_is_left_to_write(family: type[Family], kind: str, lab: Lab) -> None:
    if left := marks(Path(inspect.getfile(family))):
        raise BrokenPromise("there is something left to write\n" + "\n".join(left))


def two_hundred_seeds_are_drawn_with_their_parts(family: type[Family], kind: str, lab: Lab) -> None:
    found = drawn(family, kind)
    if kind not in ALIKE and len({each.draft.looks for each in found}) == 1:
        raise BrokenPromise("all seeds give the same question")
    for seed, each in enumerate(found):
        stem, solution = each.public["stem"], each.private["solution"]
        hold(seed, "answer", bool(each.private["answer"]), "there is none")
        hold(seed, "stem", "<<" not in stem["text"], "a hole is not filled")
        hold(seed, "stem", "\\(" not in stem["html"], "there is mathematics that is not set")
        hold(seed, "stem", CODE_WITHOUT_LANGUAGE not in stem["html"], "indented text became a block of code")
        hold(seed, "solution", CODE_WITHOUT_LANGUAGE not in solution["html"], "indented text became a block of code")


def the_public_part_holds_no_key(family: type[Family], kind: str, lab: Lab) -> None:
    for seed, each in enumerate(drawn(family, kind)):
        told = sorted(PARTS_BEHIND & each.public.keys())
        hold(seed, ", ".join(told), not told, "stands in what students see")


def what_looks_the_same_has_the_same_key(family: type[Family], kind: str, lab: Lab) -> None:
    keys: dict[str, tuple[int, Any]] = {}
    for seed, each in enumerate(drawn(family, kind)):
        first, answer = keys.setdefault(each.draft.looks, (seed, each.private["answer"]))
        hold(seed, "answer", answer == each.private["answer"], f"is another one for the question of seed {first}")


def true_keys(family: type[Family], kind: str, lab: Lab) -> list[Judged]:
    """What the lab says of questions as they are."""
    few = drawn(family, kind)[: _few(family, kind, MEASURED)]
    return verify(lab, family.name(), [Task(kind, each.draft.params, each.draft.seed) for each in few])


def wrong_keys(family: type[Family], kind: str, lab: Lab) -> list[Evidence]:
    """And what of questions whose keys were made wrong."""
    wrong = _perturbed(family, kind)
    few = drawn(family, kind)[: _few(family, kind, PERTURBED)]
    asked = informed(lab, [wrong.from_json(each.draft.params) for each in few])
    return wrong.prove(lab, [(kind, question) for question in asked])


def the_lab_confirms_twenty_keys(family: type[Family], kind: str, lab: Lab) -> None:
    judged = true_keys(family, kind, lab)
    for seed, found in enumerate(judged):
        hold(seed, "answer", found.verdict in ("confirmed", "proven"), f"the lab says {_said(found.evidence)}")
    verdicts = Counter(found.verdict for found in judged)
    if not verdicts["confirmed"]:
        raise BrokenPromise(f"of {len(judged)} keys the lab confirms none")


def the_lab_refutes_a_perturbed_key(family: type[Family], kind: str, lab: Lab) -> None:
    for seed, found in enumerate(wrong_keys(family, kind, lab)):
        fine = found.verdict == "refuted" or found.tier == "proof"  # a proof line is read, not run
        hold(seed, "answer", fine, f"the lab lets {found.claimed} pass where it measures {found.measured}")


def sample_responses_are_graded_as_they_are(family: type[Family], kind: str, lab: Lab) -> None:
    right = None if kind == "text" else True  # a person says how good an answer in words is
    for seed, each in enumerate(drawn(family, kind)[:MEASURED]):
        samples = kinds.get(kind).samples(each.private["shape"], each.private["answer"])
        hold(seed, "answer", bool(samples.right), "no right response is known")
        for response in samples.right:
            hold(seed, "answer", _graded(each, response) is right, f"{response} is right, and not graded so")
        for response in samples.wrong:
            hold(seed, "answer", _graded(each, response) is False, f"{response} is wrong, and not graded so")
        for response in samples.malformed:
            valid = grading.validate(each.private, response)["valid"]
            hold(seed, "shape", not valid, f"{response} cannot be read, and is taken as valid")


def students_see_what_golden_json_says(family: type[Family], kind: str, lab: Lab) -> None:
    """Of what is not written down yet, by a new family or a package without golden.json, there is nothing to keep."""
    known, name = golden_lines(Path(inspect.getfile(family))), family.name()
    changed = golden.changed({name: known[name]}, golden.seen_now([family])) if name in known else []
    if changed:
        raise BrokenPromise(f"students would see other bytes than golden.json says: {', '.join(changed)}")


def its_examples_are_so(family: type[Family], kind: str, lab: Lab) -> None:
    """The doctests of its module: cases worked out by hand."""
    said: list[str] = []
    module = inspect.getmodule(family)
    runner = doctest.DocTestRunner(verbose=False)
    for test in doctest.DocTestFinder().find(module, family.name()):
        runner.run(test, out=said.append)
    if said:
        raise BrokenPromise("".join(said).strip())


def _few(family: type[Family], kind: str, many: int) -> int:
    question = family.from_json(drawn(family, kind)[0].draft.params)
    return many if question.run() is None else RUNS


def _graded(question: Drawn, response: Any) -> bool | None:
    correct: bool | None = grading.grade(question.private, response)["correct"]
    return correct


def _said(evidence: Mapping[str, Any]) -> str:
    left = [mistake["value"] for mistake in evidence["distractors"] if mistake["verdict"] != "refuted"]
    said = f"{evidence['verdict']}: claimed {evidence['claimed']}, measured {evidence['measured']}"
    return f"{said}, and does not refute {left}" if left else said


def _perturbed(family: type[Family], kind: str) -> type[Family]:
    """The same family with a solver that is wrong."""

    def solve(question: Any) -> Any:
        true: Any = family.from_json(question.to_json()).knowing(question.outcome)
        return _off(true.solve(), _first_mistake(true, kind))

    made: type[Family] = type(family.__name__, (family,), {"solve": solve, "__module__": family.__module__})
    return made


def _first_mistake(question: Family, kind: str) -> Any:
    return question.asked(kind).mistakes[0].value if isinstance(question, Exercise) else None


def _off(value: Any, mistake: Any) -> Any:
    """A key that is wrong: numbers by a twentieth, words by the first mistake, truths turned round."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return mistake
    if isinstance(value, Mapping):
        return {name: _off(part, None) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_off(part, None) for part in value)
    if isinstance(value, Constant):
        return Constant(f"({value.text})*21/20")
    return value * 21 / 20 if value else 1
