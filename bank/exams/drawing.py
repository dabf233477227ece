"""Draws as learners ask for them, and the terms under which what was drawn is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bank.exams.draws import EXAM, occasion
from bank.exams.new_draws import Drawn, NewDraws, Wish
from bank.exams.sheets import Sheets
from bank.exams.terms import Terms, attempt_rules, closing, of_pool

if TYPE_CHECKING:
    from bank.attempts import AttemptRules
    from bank.exams.sheets import Sheet
    from bank.identity import Identity
    from bank.store import Store
    from bank.store.taken import Draw


class Drawing:
    """Of one process."""

    def __init__(self, store: Store, identity: Identity) -> None:
        self._store = store
        self._sheets = Sheets(store)
        self._new = NewDraws(store, self._sheets, identity)

    def draw(self, wish: Wish) -> Drawn:
        """The same whenever it is asked for, whatever has come since.

        Raises UnknownVariant without such a bank, NotPublished, NotOpen, Closed, NoFurtherChance, NothingToDraw.
        """
        taken = self._store.draws.of_learner(wish.bank, wish.learner, wish.pool)
        if taken.draws:
            chances = taken.allowance.chances if wish.pool == EXAM else 0
            asked = occasion(wish.occasion, len(taken.draws), chances, lambda: True)
            if asked <= len(taken.draws):
                return Drawn(taken.draws[asked - 1], taken.allowance.extra_minutes, is_new=False)
        return self._new.make(wish)

    def sheet(self, draw: Draw) -> Sheet:
        return self._sheets.sheet(draw.bank, draw.revision)

    def terms(self, variant: str, learner: str, otherwise: AttemptRules) -> Terms:
        """By the learner's newest draw with this variant; where there is none, the rules are `otherwise`."""
        held = self._store.draws.holding(variant, learner)
        if held is None:
            return Terms(otherwise)
        sheet = self._sheets.sheet(held.bank, held.revision)
        policies = of_pool(sheet.policies, held.pool)
        return Terms(
            rules=attempt_rules(policies),
            draw=held.draw,
            item=held.item,
            slot=held.slot,
            part=held.part,
            points=sheet.points[held.item][held.part],
            scoring=policies.multiple_choice,
            feedback=policies.feedback,
            solution=policies.solution,
            answer=policies.answer,
            opens=policies.opens,
            closes=closing(policies, held.made, held.extra_minutes),
            carried=held.carried,
        )
