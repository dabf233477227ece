"""What is sent."""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, Schema, fields, validate

from api.schemas.shapes import anything, document
from api.schemas.withdrawn import Withdrawn

STATES = ("drawn", "verified", "disputed", "withdrawn")
VERDICTS = ("confirmed", "refuted", "proven", "reference")
TIERS = ("exact", "numeric", "monte-carlo", "training", "proof", "reference")
SCORE_SAID = "of this response at its worth; null where a person grades"
FEEDBACK_SAID = "about an option that was chosen: only once the answer is right or no attempt is left"
WORTH_SAID = "share of full marks that a right answer earns at this attempt"
PATH = "a path on the host that was asked"
JOB_STATES = ("queued", "running", "succeeded", "failed", "cancelled")


def successor(**options: Any) -> fields.String:
    said = "of one that is served no more: the mended variant"
    return fields.String(allow_none=True, metadata={"description": said}, **options)


class Fault(Schema):
    pointer = fields.String(required=True, metadata={"description": "JSON pointer of the member at fault"})
    detail = fields.String(required=True)
    position = fields.Integer(metadata={"description": "offset of the fault in the text of this member"})


class Problem(Schema):
    """RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(Fault), required=True)
    more = fields.Integer(metadata={"description": "errors beyond the first 20, which are listed"})
    position = fields.Integer(metadata={"description": "offset of the fault in a response that cannot be read"})
    id = fields.String(metadata={"description": "the variant that is not served"})
    state = fields.String(validate=validate.OneOf(STATES))
    superseded_by = fields.String(metadata={"description": "the mended variant in its place; not for students"})
    opens = fields.DateTime(metadata={"description": "when a bank opens that is not open yet"})


class Rich(Schema):
    """Markdown with TeX, and the same as HTML with MathML."""

    text = fields.String(required=True)
    html = fields.String(required=True)


class Choice(Rich):
    """Formulas are in display style in the HTML: whoever typesets the TeX of `text` should do the same."""

    id = fields.String(required=True)


class Reason(Rich):
    on = document("the mistake, as a response has it", required=True)


class Table(Schema):
    columns = fields.List(fields.String(), required=True)
    rows = fields.List(fields.List(anything("a number or a word")), required=True)
    html = fields.String(metadata={"description": "the same as a table with a caption"})


class Figure(Schema):
    """With words and numbers for whoever cannot see it; one that a question shows has a twin in pixels."""

    href = fields.String(required=True, metadata={"description": f"SVG: {PATH}"})
    png = fields.String(metadata={"description": f"the same in pixels: {PATH}"})
    alt = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    data = fields.Nested(Table)


class Variant(Schema):
    """What a student sees."""

    id = fields.String(required=True)
    family = fields.String(required=True)
    title = fields.String(required=True)
    topic = fields.String(required=True)
    source = fields.List(fields.String(), required=True)
    points = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    kind = fields.String(required=True)
    stem = fields.Nested(Rich, required=True)
    choices = fields.List(fields.Nested(Choice), required=True)
    figures = fields.List(fields.Nested(Figure), required=True)
    response_schema = document("JSON Schema of a response", required=True)
    links = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": f"each is {PATH}"}
    )


class Evidence(Schema):
    """How a key was confirmed or refuted. An experiment may have more to tell, such as `checks` or `statements`."""

    class Meta:
        unknown = INCLUDE

    verdict = fields.String(required=True, validate=validate.OneOf(VERDICTS))
    tier = fields.String(required=True, validate=validate.OneOf(TIERS))
    claimed = anything("what the solver says", required=True, allow_none=True)
    measured = anything("what the lab found", required=True, allow_none=True)
    tolerance = fields.Float(required=True)
    distractors = fields.List(document("a wrong answer and how it was refuted"), required=True)
    experiment = fields.String(required=True)
    seeds = fields.List(fields.Integer(), required=True)
    seconds = fields.Float(required=True)
    versions = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    device = fields.String(required=True)
    series = document("the measured curve", required=True, allow_none=True)
    figures = fields.List(fields.Nested(Figure))
    superseded_by = successor()


class FullVariant(Variant):
    """All of it, for those who set exams."""

    content = fields.String(required=True, metadata={"description": "digest of all that it is"})
    looks = fields.String(required=True, metadata={"description": "digest of what is seen of it"})
    superseded_by = successor(required=True)
    withdrawn = fields.Nested(Withdrawn, allow_none=True, metadata={"description": "null where nobody has done that"})
    seed = fields.Integer(required=True, allow_none=True)
    version = fields.String(required=True)
    params = document("every parameter", required=True)
    effort = fields.Float(metadata={"description": "work of this question, in steps with small numbers"})
    calculator = fields.Boolean(metadata={"description": "whether a learner needs one"})
    answer = document("the key, in the form of the kind", required=True)
    solution = fields.Nested(Rich, required=True)
    feedback = fields.List(fields.Nested(Reason), required=True)
    evidence = fields.Nested(Evidence, required=True, allow_none=True)


class Listed(Schema):
    """A line of the record."""

    id = fields.String(required=True)
    family = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    version = fields.String(required=True)
    created = fields.DateTime(required=True)
    superseded_by = successor(required=True)


class Variants(Schema):
    items = fields.List(fields.Nested(Listed), required=True)
    next = fields.String(required=True, allow_none=True)


class Drawn(Schema):
    """A variant that no worker has confirmed yet."""

    id = fields.String(required=True)
    state = fields.String(required=True, validate=validate.Equal("drawn"))
    job = fields.String(required=True, allow_none=True)


class Solution(Schema):
    """A bank may show a learner the answer and no solution, or the other way round: null is what it does not show."""

    id = fields.String(required=True)
    answer = document("the key, in the form of the kind", required=True, allow_none=True)
    solution = fields.Nested(Rich, required=True, allow_none=True)
    feedback = fields.List(fields.Nested(Reason), required=True)
    figures = fields.List(fields.Nested(Figure), required=True)


class ReadingProblem(Fault):
    position = fields.Integer(required=True, allow_none=True)


class Reading(Schema):
    """The last four are null without a learner."""

    valid = fields.Boolean(required=True)
    reading = fields.Nested(Rich, required=True, allow_none=True)
    problems = fields.List(fields.Nested(ReadingProblem), required=True)
    attempts = fields.Integer(required=True, allow_none=True, metadata={"description": "that the learner has used"})
    attempts_left = fields.Integer(required=True, allow_none=True)
    worth = fields.Float(required=True, allow_none=True, metadata={"description": WORTH_SAID})
    closed = fields.Boolean(required=True, allow_none=True, metadata={"description": "whether answered right before"})


class Part(Schema):
    name = fields.String(required=True)
    correct = fields.Boolean(required=True)
    score = fields.Float(required=True, metadata={"description": "the parts' scores add up to that of the response"})
    blank = fields.Boolean(metadata={"description": "left open, so worth nothing"})


class Grade(Schema):
    score = fields.Float(required=True, allow_none=True, metadata={"description": SCORE_SAID})
    max_score = fields.Float(required=True)
    correct = fields.Boolean(required=True, allow_none=True)
    parts = fields.List(fields.Nested(Part), required=True)
    feedback = fields.List(fields.Nested(Rich), required=True, metadata={"description": FEEDBACK_SAID})
    reading = fields.Nested(Rich, required=True)
    attempts_left = fields.Integer(required=True, allow_none=True, metadata={"description": "null without a learner"})
    worth = fields.Float(required=True, metadata={"description": WORTH_SAID})
    best_score = fields.Float(
        required=True, allow_none=True, metadata={"description": "of this learner so far; null without a learner"}
    )
    rubric = fields.List(document("points and their criterion"), metadata={"description": "not for students"})


class BatchResult(Schema):
    variant = anything("as it was sent", required=True, allow_none=True)
    result = fields.Nested(Grade, required=True, allow_none=True)
    problem = fields.Nested(Problem, required=True, allow_none=True)


class BatchGrades(Schema):
    items = fields.List(fields.Nested(BatchResult), required=True)


class Failure(Schema):
    reason = fields.String(required=True)
    count = fields.Integer(required=True)


class Job(Schema):
    id = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "what was asked for: verify"})
    state = fields.String(required=True, validate=validate.OneOf(JOB_STATES))
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    failed = fields.List(fields.Nested(Failure), required=True)
    eta_seconds = fields.Float(required=True, allow_none=True)
    created = fields.DateTime(required=True)
    result = anything("where to find what was built", required=True, allow_none=True)


class Jobs(Schema):
    items = fields.List(fields.Nested(Job), required=True)
    next = fields.String(required=True, allow_none=True)


class Health(Schema):
    status = fields.String(required=True)
    degraded = fields.List(
        fields.String(), metadata={"description": "what is missing: redis (or broker, cache), workers"}
    )
