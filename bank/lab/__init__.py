"""Small seeded experiments that know no formulas; the only package that imports torch and numpy.

A module with a class of its own name is a bench, `lab.layers`; a file under `trainings` is an experiment whose results
are kept.
"""

from bank.lab.laboratory import Lab, experiments
from bank.lab.memory import Memory, Notebook

__all__ = ["Lab", "Memory", "Notebook", "experiments"]
