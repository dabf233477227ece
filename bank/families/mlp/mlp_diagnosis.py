"""Why does the printed MLP learn so badly? In words, of the same code and figure as `mlp_defects`."""

from __future__ import annotations

import re

from bank.authoring import Criterion, Essay, in_a_sentence
from bank.families.mlp.printed_code import PrintedCode, Told

EACH = 2  # points for a defect: its name half a point, why it does harm one, what mends it half a point


BEFORE = re.compile(" instead of (?:`[^`]*`|Adam)(?: with `[^`]*`)?")


class MlpDiagnosis(PrintedCode):
    """Model answer and rubric follow from the edits: a criterion for each defect.

    >>> exam = ("learning_rate_0.1", "dropout_0", "tanh_on_logits", "beta2_0.99", "init_std_0.01")
    >>> [(row.id, row.points, row.criterion[:36]) for row in MlpDiagnosis(edits=exam, widths=(64, 32)).rubric]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('R1', 2, 'The learning rate is too high for Ad'),
     ('R2', 2, 'A tanh follows the last linear layer'),
     ('R3', 2, 'The initial weights are too small (`'),
     ('limits', 0, 'At most 4 points in all. An improvem')]
    """

    title = "MLP: why does it learn so badly?"
    kinds = ("text",)

    stem = """
        Charlie gave Erin this code of a model and its optimizer. The model learns much worse than it could:

        ```python
        <<code>>
        ```

        The figure shows the validation accuracy of this code. Name at least two reasons in the code why the accuracy
        is so low after these <<steps>> steps. For each of them, say shortly why it lowers the accuracy, and what you
        would write instead. Each complete reason is worth 2 points, up to <<points>> points in all.

        The mistakes are not specific to PyTorch: are all hyperparameters in a reasonable range, for example?
    """
    solution = """
        Each of these lowers the accuracy by itself, also in code that is right otherwise:

        <<model>>

        These places may look unusual, and do no harm: <<unharmful>>.
    """

    @property
    def defects(self) -> list[Told]:
        return [told for told in self.changes if told.defect]

    @property
    def model(self) -> str:
        """The model answer (Markdown)."""
        return "\n\n".join(f"- {_named(told)}. {told.why} Better: {told.fix}" for told in self.defects)

    @property
    def unharmful(self) -> str:
        return in_a_sentence([_place(told) for told in self.changes if not told.defect])

    @property
    def rubric(self) -> list[Criterion]:
        rows = [
            Criterion(
                f"R{place}",
                EACH,
                f"{_named(told)}: 0.5 for naming it (words to look for: {told.words}), 1 for the reason: {told.why} "
                f"0.5 for what mends it: {told.fix}",
            )
            for place, told in enumerate(self.defects, 1)
        ]
        limits = (
            f"At most {self.points} points in all. An improvement that mends no defect, such as a convolutional net, "
            f"gets 0.5 points, once. There are none for what does no harm here: {self.unharmful}; biases that all "
            "start at one value; log-softmax with the NLL loss; images that are made vectors."
        )
        return [*rows, Criterion("limits", 0, limits)]

    def essay(self) -> Essay:
        return Essay(self.model, self.rubric)


def _place(told: Told) -> str:
    """What is seen in the code, for a learner who has not seen the code before the change.

    >>> _place(Told("`10` instead of `output_size` as the size of the last linear layer", False, ""))
    '`10` as the size of the last linear layer'
    """
    return BEFORE.sub("", told.change)


def _named(told: Told) -> str:
    place = f" ({_place(told)})" if " instead of " in told.change else ""
    return f"{told.name[0].upper()}{told.name[1:]}{place}"
