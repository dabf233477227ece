"""A course with a package of families of its own, in a folder of a test."""

DOUBLING = '''
"""Doubling, for a course of its own."""

from bank.authoring import WHOLE, Exercise, Integers, Measurement, Wrong, along, multiplying, param, unwritten


class {name}(Exercise):
    """Twice a number."""

    title = "Doubling"
    source = ("+",)
    points = 1
    kinds = ("numeric", "single_choice")
    tiers = ("exact",)
    experiment = "counted"
    form = WHOLE
    band = (2, 2)

    n: int = param(Integers(20, 99), "a number")
    stem = r"What is twice \\(<<n>>\\)?"
    solution = r"It is \\(<<answer>>\\)."

    def effort(self):
        return multiplying(2, self.n)

    def solve(self):
        return 2 * self.n

    def distractors(self):
        yield Wrong(self.n, "Nothing was doubled.", offered=False)
        yield Wrong(self.n + 2, "Two was added.")
        yield Wrong(2 * self.n - 1, "The last one was counted once.")
        yield Wrong(2 * self.n - 2, "The number before it was doubled.")
        yield Wrong(2 * self.n + 2, "The number after it was doubled.")
        yield Wrong(3 * self.n, "This is three times the number.")
        yield Wrong(self.n**2, "This is the square.")

    def misreadings(self):
        yield along(self, "n", "n", range(20, 100))

    def measured(self, lab):
        return Measurement(len([0] * self.n + [0] * self.n), tolerance=0.0)
'''


def write_course(folder, package="mycourse", name="doubling", source=DOUBLING):
    """Writes `<package>/families/counting/<name>.py`; returns the name of the package of families."""
    topic = folder / package / "families" / "counting"
    topic.mkdir(parents=True)
    for place in (topic, topic.parent, topic.parent.parent):
        (place / "__init__.py").touch()
    (topic / f"{name}.py").write_text(source.replace("{name}", name.title().replace("_", "")))
    return f"{package}.families"
