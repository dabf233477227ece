"""Draws as learners ask for them, and the terms under which what was drawn is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bank.exams.draws import EXAM, occasion
from bank.exams.new_draws import Drawn, NewDraws, Wish
from bank.exams.policies import AFTER_CLOSING, NEVER
from bank.exams.sheets import Sheets
from bank.exams.terms import Terms, attempt_rules, closing, is_past, of_pool
from bank.store.tables import now

if TYPE_CHECKING:
    from bank.attempts import AttemptRules
    from bank.exams.sheets import Sheet
    from bank.identity import Identity
    from bank.store import Store
    from bank.store.of_learners import Held
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
        taken = self._store.of_learners.draws(wish.bank, wish.learner, wish.pool)
        if taken.draws:
            chances = taken.allowance.chances if wish.pool == EXAM else 0
            asked = occasion(wish.occasion, len(taken.draws), chances, lambda: True)
            if asked <= len(taken.draws):
                return Drawn(taken.draws[asked - 1], taken.allowance.extra_minutes, is_new=False)
        return self._new.make(wish)

    def sheet(self, draw: Draw) -> Sheet:
        return self._sheets.sheet(draw.bank, draw.revision)

    def terms(self, variant: str, learner: str, otherwise: AttemptRules) -> Terms:
        """By the learner's draw with this variant: of an exam that goes on, or the newest one.

        Where there is none, the rules are `otherwise`.
        """
        found = self._store.of_learners.holding(variant, learner)
        if not found:
            return Terms(otherwise)
        held = next(filter(self._goes_on, found), found[0])
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

    def is_secret(self, variant: str, moment: float) -> bool:
        """Whether an exam that gives it out goes on, for some learner, and shows no solution before its end."""
        for bank, revision, extra_minutes in self._store.draws.exams(variant):
            policies = self._sheets.sheet(bank, revision).policies
            ends = closing(policies, None, extra_minutes)
            if policies.solution == NEVER or (policies.solution == AFTER_CLOSING and not is_past(ends, moment)):
                return True
        return False

    def _goes_on(self, held: Held) -> bool:
        policies = self._sheets.sheet(held.bank, held.revision).policies
        ends = closing(policies, held.made, held.extra_minutes)
        return held.pool == EXAM and not is_past(ends, now())
