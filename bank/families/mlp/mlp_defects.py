"""Which changes to the code of an MLP lower its validation accuracy? The figure is the accuracy of the printed code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bank.authoring import mlp_program
from bank.families.mlp.printed_code import TOLD, PrintedCode


class MlpDefects(PrintedCode):
    """Every change is shown, and marked in the code.

    >>> drawn = ("learning_rate_0.1", "dropout_0", "tanh_on_logits", "beta2_0.99")
    >>> MlpDefects(edits=drawn, widths=(64, 32)).solve()
    {'learning_rate_0.1': True, 'dropout_0': False, 'tanh_on_logits': True, 'beta2_0.99': False}
    """

    title = "MLP: defects in the code"
    kinds = ("multiple_choice",)

    stem = """
        Erin's code learned well. Charlie has changed it, and now it reads as follows. The comments mark the changed
        places with the letters of the options below.

        ```python
        <<code>>
        ```

        The figure shows the validation accuracy of this code. Which of the changes are defects? A change is one if it
        lowers the validation accuracy after these <<steps>> steps when it is made *alone* in Erin's code; the others
        leave it as high as it was, or raise it.
    """
    solution = """
        <% for told in changes %>

        - *<<"Defect" if told.defect else "Harmless">>*: <<told.change>>. <<told.why>><% if told.fix %> Better:
          <<told.fix>><% endif %>

        <% endfor %>
    """

    def show(self, options: Sequence[Any]) -> list[str]:
        return [TOLD[name].change for name in options]

    @property
    def code(self) -> str:
        letters = [f"({letter})" for letter in "abcdef"[: len(self.edits)]]
        marks = mlp_program.marks_of(self.edits, letters)
        return mlp_program.printed(mlp_program.edited(self.edits), self.widths, marks).strip()
