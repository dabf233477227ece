"""The one door for authors: `from bank.authoring import Exercise, Integers, Measurement, Wrong, param`."""

from bank.authoring.exercise import Exercise, Formula, Wrong
from bank.authoring.family import Family
from bank.authoring.laboratory import Lab
from bank.authoring.lists import Lists, Subset
from bank.authoring.objects import Member, Objects, Record
from bank.authoring.params import Integers, OneOf, Optional, Rationals, param
from bank.authoring.plot import Curve, Plot
from bank.authoring.pool import StatementPool
from bank.authoring.statements import Trained
from bank.errors import Problem
from bank.evidence import Evidence, Measurement, Within
from bank.notation.expression import Expression, parse
from bank.notation.matrices import Matrix, is_below, is_positive_definite, symmetric_part, times, transposed
from bank.notation.text import matrix, paren, vector
from bank.notation.values import Constant, Number, Value, constant, exact, tex

__all__ = [
    "Constant",
    "Curve",
    "Evidence",
    "Exercise",
    "Expression",
    "Family",
    "Formula",
    "Integers",
    "Lab",
    "Lists",
    "Matrix",
    "Measurement",
    "Member",
    "Number",
    "Objects",
    "OneOf",
    "Optional",
    "Plot",
    "Problem",
    "Rationals",
    "Record",
    "StatementPool",
    "Subset",
    "Trained",
    "Value",
    "Within",
    "Wrong",
    "constant",
    "exact",
    "is_below",
    "is_positive_definite",
    "matrix",
    "param",
    "paren",
    "parse",
    "symmetric_part",
    "tex",
    "times",
    "transposed",
    "vector",
]
