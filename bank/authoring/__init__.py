"""The one door for authors: `from bank.authoring import Exercise, Integers, Measurement, Wrong, param`."""

from bank import mlp_program
from bank.authoring import latent_scatter
from bank.authoring.drawn import Drawn, Either
from bank.authoring.effort import LOGARITHM, ROOT, STEP, adding, digits, multiplying
from bank.authoring.exercise import Exercise
from bank.authoring.family import Family
from bank.authoring.formulas import Point
from bank.authoring.laboratory import Lab
from bank.authoring.lists import Lists, Squares, Subset
from bank.authoring.misreading import Line, along, along_member, equals
from bank.authoring.objects import Member, Objects, Record
from bank.authoring.params import Integers, OneOf, Optional, Rationals, param
from bank.authoring.picking import examined, posed
from bank.authoring.plane_statements import PlaneStatements
from bank.authoring.plot import Cloud, Curve, Plot
from bank.authoring.pool import StatementPool
from bank.authoring.run import Run, Shown
from bank.authoring.statements import Statement, Trained
from bank.authoring.tables import table_beside
from bank.authoring.unwritten import unwritten
from bank.errors import Problem, Unwritten
from bank.evidence import Evidence, Measurement, Within
from bank.kinds.forms import DECIMAL_OR_FRACTION, FRACTION, WHOLE, Form, rate, rounded
from bank.kinds.posing import RIGHT, WRONG, Criterion, Essay, Formula, Posed, Wrong, letters
from bank.notation.expression import Expression, parse
from bank.notation.expression.comparing import Real, Whole
from bank.notation.filters import in_a_sentence, matrix, paren, vector
from bank.notation.matrices import (
    Exact,
    Matrix,
    Rows,
    half,
    is_below,
    is_positive_definite,
    mirrored,
    symmetric_part,
    times,
    transposed,
)
from bank.notation.values import Constant, Number, Value, constant, exact, rational, root_of, tex, worth

__all__ = [
    "DECIMAL_OR_FRACTION",
    "FRACTION",
    "LOGARITHM",
    "RIGHT",
    "ROOT",
    "STEP",
    "WHOLE",
    "WRONG",
    "Cloud",
    "Constant",
    "Criterion",
    "Curve",
    "Drawn",
    "Either",
    "Essay",
    "Evidence",
    "Exact",
    "Exercise",
    "Expression",
    "Family",
    "Form",
    "Formula",
    "Integers",
    "Lab",
    "Line",
    "Lists",
    "Matrix",
    "Measurement",
    "Member",
    "Number",
    "Objects",
    "OneOf",
    "Optional",
    "PlaneStatements",
    "Plot",
    "Point",
    "Posed",
    "Problem",
    "Rationals",
    "Real",
    "Record",
    "Rows",
    "Run",
    "Shown",
    "Squares",
    "Statement",
    "StatementPool",
    "Subset",
    "Trained",
    "Unwritten",
    "Value",
    "Whole",
    "Within",
    "Wrong",
    "adding",
    "along",
    "along_member",
    "constant",
    "digits",
    "equals",
    "exact",
    "examined",
    "half",
    "in_a_sentence",
    "is_below",
    "is_positive_definite",
    "latent_scatter",
    "letters",
    "matrix",
    "mirrored",
    "mlp_program",
    "multiplying",
    "param",
    "paren",
    "parse",
    "posed",
    "rate",
    "rational",
    "root_of",
    "rounded",
    "symmetric_part",
    "table_beside",
    "tex",
    "times",
    "transposed",
    "unwritten",
    "vector",
    "worth",
]
