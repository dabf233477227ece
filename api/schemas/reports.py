"""What is sent of a bank's fairness and of how learners did with it."""

from __future__ import annotations

from marshmallow import Schema, fields

from api.schemas.banks import Refused


def said(words: str) -> dict[str, str]:
    return {"description": words}


def share(words: str, null: bool = False) -> fields.Float:
    return fields.Float(required=True, allow_none=null, metadata=said(words))


class ChiSquare(Schema):
    """By chi-square; `p` is how probable so large a statistic is by chance."""

    statistic = fields.Float(required=True)
    degrees = fields.Integer(required=True)
    p = fields.Float(required=True)


class Place(Schema):
    place = fields.String(required=True)
    count = fields.Integer(required=True)


class Places(Schema):
    counts = fields.List(fields.Nested(Place), required=True)
    expected = share("of each place")
    even = fields.Nested(
        ChiSquare, required=True, allow_none=True, metadata=said("null where several options are right")
    )
    uneven = fields.Boolean(required=True, metadata=said("whether p is below 0.01"))


class StrategyScore(Schema):
    """What guessing in one way earns, that needs no knowledge."""

    name = fields.String(required=True)
    score = share("over all variants, with chance where it does not apply")
    where_it_applies = share("over those that it applies to")
    applies = fields.Integer(required=True)
    chance = share("what blind guessing earns")
    limit = share("what a strategy may earn over all variants")
    too_much = fields.Boolean(required=True)


class BestStrategy(StrategyScore):
    family = fields.String(required=True)


class Spread(Schema):
    """Of one feature of difficulty over the variants."""

    feature = fields.String(required=True)
    words = fields.String(required=True)
    least = fields.Float(required=True)
    lower = share("the first quartile")
    median = fields.Float(required=True)
    upper = share("the third quartile")
    most = fields.Float(required=True)
    coefficient = share("standard deviation by the mean")
    wide = fields.Boolean(required=True, metadata=said("whether variants differ too much"))


class Sharing(Schema):
    """How many draws have the same question."""

    draws = fields.Integer(required=True)
    expected = share("of each question, were they spread evenly")
    most = fields.Integer(required=True)
    questions = fields.Integer(required=True, metadata=said("that were drawn"))


class Outcome(Schema):
    responses = fields.Integer(required=True, metadata=said("learners whose answer was graded"))
    facility = share("mean share of the points")
    low = share("of its 95 % interval")
    high = share("of its 95 % interval")
    discrimination = share("correlation with the rest of the learner's score; null where too few answered", null=True)
    upper_third = share("facility among the best third of the learners", null=True)
    lower_third = share("facility among the weakest third", null=True)
    suspicious = fields.Boolean(required=True, metadata=said("whether good learners miss it: its key may be wrong"))


class VariantOutcome(Outcome):
    variant = fields.String(required=True)


class Results(Outcome):
    equally_hard = fields.Nested(
        ChiSquare, required=True, allow_none=True, metadata=said("null where too few answered")
    )
    unequal = fields.Boolean(required=True, metadata=said("whether p is below 0.01"))
    answered = fields.Integer(required=True, metadata=said("variants that were answered"))
    variants = fields.List(
        fields.Nested(VariantOutcome), required=True, metadata=said("at most 200: the suspicious, then the hardest")
    )


class ReportedPart(Schema):
    part = fields.Integer(required=True, metadata=said("place in the item, from 0"))
    family = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    points = fields.Float(required=True)
    space = fields.Integer(required=True, allow_none=True, metadata=said("distinct questions there are; null: no end"))
    variants = fields.Integer(required=True)
    distinct = fields.Integer(required=True, metadata=said("questions, whatever their options"))
    states = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    stale = fields.Integer(required=True, metadata=said("of an earlier version of the family"))
    sharing = fields.Nested(Sharing, required=True, allow_none=True, metadata=said("null before anybody has drawn"))
    options = fields.Integer(required=True, allow_none=True)
    guessing = share("of the points, that blind guessing earns")
    position = fields.Nested(Places, required=True, allow_none=True)
    rank = fields.Nested(Places, required=True, allow_none=True, metadata=said("of the right option by size, from 1"))
    best_strategy = fields.Nested(StrategyScore, required=True, allow_none=True)
    strategies = fields.List(fields.Nested(StrategyScore), required=True)
    features = fields.List(fields.Nested(Spread), required=True)
    results = fields.Nested(Results, required=True, allow_none=True, metadata=said("null before anybody was graded"))


class ReportedItem(Schema):
    item = fields.Integer(required=True, metadata=said("place in the blueprint, from 0"))
    title = fields.String(required=True)
    wanted = fields.Integer(required=True)
    built = fields.Integer(required=True)
    tried = fields.Integer(required=True)
    exhausted = fields.Boolean(required=True)
    refused = fields.List(fields.Nested(Refused), required=True)
    parts = fields.List(fields.Nested(ReportedPart), required=True)


class Finding(Schema):
    item = fields.Integer(required=True)
    part = fields.Integer(required=True)
    family = fields.String(required=True)
    finding = fields.String(required=True)


class Summary(Schema):
    variants = fields.Integer(required=True)
    distinct = fields.Integer(required=True)
    states = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    stale = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    points = fields.Float(required=True)
    guessing = share("points that blind guessing earns")
    best_strategy = fields.Nested(BestStrategy, required=True, allow_none=True)
    learners = fields.Integer(required=True, metadata=said("who have drawn"))
    findings = fields.List(fields.Nested(Finding), required=True, metadata=said("what to look at"))


class Report(Schema):
    bank = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    revision = fields.Integer(required=True)
    created = fields.DateTime(required=True)
    published = fields.DateTime(required=True, allow_none=True)
    digest = fields.String(required=True, allow_none=True)
    made = fields.DateTime(required=True, metadata=said("when this report was made"))
    summary = fields.Nested(Summary, required=True)
    items = fields.List(fields.Nested(ReportedItem), required=True)
