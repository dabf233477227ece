"""Draws that are made: many of them in one transaction, one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from bank import registry
from bank.errors import BankError, NotPublished, UnknownVariant
from bank.exams.draws import EXAM, occasion
from bank.exams.terms import closing, demand_open, is_past, of_pool
from bank.store.grouped import Grouped, Take
from bank.store.tables import now
from bank.store.taken import Draw, Given

if TYPE_CHECKING:
    from bank.exams.sheets import Sheets
    from bank.identity import Identity
    from bank.store import Store
    from bank.store.handing_out import Doubtful, HandingOut


@dataclass(frozen=True, slots=True)
class Wish:
    """A learner's draw of `count` variants of every item; of the last occasion or the next, unless it is named."""

    bank: str
    learner: str
    pool: str = EXAM
    count: int = 1
    occasion: int | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw, the minutes that its learner has beyond others, and whether it is new."""

    draw: Draw
    extra_minutes: float
    is_new: bool


class NewDraws:
    def __init__(self, store: Store, sheets: Sheets, identity: Identity) -> None:
        self._store, self._sheets, self._identity = store, sheets, identity
        self._prepared: set[str] = set()
        self._banks: WeakValueDictionary[str, Grouped[Wish, Drawn]] = WeakValueDictionary()  # as long as somebody waits
        self._finding = Lock()

    def make(self, wish: Wish) -> Drawn:
        """A learner's draw that has come since is told, and none is new."""
        with self._finding:
            bank = self._banks.get(wish.bank)
            if bank is None:
                bank = self._banks[wish.bank] = Grouped(partial(self._of_bank, wish.bank))
        return bank.do(wish)

    def _prepare(self, bank: str) -> None:
        """Before the first draw of this process: what is read now is not read while others wait for the bank."""
        if bank in self._prepared:
            return
        revision = self._store.draws.published(bank)
        if revision is not None:
            self._sheets.pool(bank, revision, EXAM)
            self._prepared.add(bank)

    def _of_bank(self, bank: str, take: Take[Wish]) -> list[Drawn | Exception]:
        """What each is answered, in their order."""
        self._prepare(bank)
        wishes: list[Wish] = []

        def learners() -> set[str]:
            wishes.extend(take())
            return {wish.learner for wish in wishes}

        with self._store.draws.handing_out(bank, learners) as hand:
            if hand is None:
                return [UnknownVariant("no bank has this id")] * len(wishes)
            begun = [self._begun(hand, wish) for wish in wishes]
            both = zip(wishes, begun, strict=True)
            new = [(wish, each.draw) for wish, each in both if isinstance(each, Drawn) and each.is_new]
            made = self._chosen(hand, new)
            hand.keep([each for each in made.values() if isinstance(each, Draw)])
        return [_outcome(each, made) for each in begun]

    def _begun(self, hand: HandingOut, wish: Wish) -> Drawn | Exception:
        """The draw that the learner has, or a new one that has no variants yet."""
        try:
            held, beyond = hand.draws(wish.learner, wish.pool), hand.allowance(wish.learner)
            most = beyond.chances if wish.pool == EXAM else 0
            asked = occasion(wish.occasion, len(held), most, lambda: self._is_over(hand, held[-1]))
            if asked <= len(held):
                return Drawn(held[asked - 1], beyond.extra_minutes, is_new=False)
            return Drawn(self._next(hand, wish, asked), beyond.extra_minutes, is_new=True)
        except BankError as error:
            return error

    def _next(self, hand: HandingOut, wish: Wish, asked: int) -> Draw:
        """Raises NotPublished, NotOpen, Closed."""
        if hand.published is None:
            raise NotPublished("this bank is not published, or archived")
        policies = of_pool(self._sheets.sheet(wish.bank, hand.published).policies, wish.pool)
        moment = now()
        demand_open(policies.opens, closing(policies, None, hand.allowance(wish.learner).extra_minutes), moment)
        name, place = f"draw-{token_hex(8)}", hand.next_place(wish.pool)
        draw = Draw(name, wish.bank, hand.published, wish.learner, wish.pool, asked, place, moment)
        hand.draws(wish.learner, wish.pool).append(draw)
        return draw

    def _is_over(self, hand: HandingOut, draw: Draw) -> bool:
        policies = self._sheets.sheet(draw.bank, draw.revision).policies
        end = closing(policies, draw.made, hand.allowance(draw.learner).extra_minutes)
        return is_past(end, now()) or hand.is_used_up(draw, policies.attempts)

    def _chosen(self, hand: HandingOut, new: Sequence[tuple[Wish, Draw]]) -> dict[str, Draw | Exception]:
        """The new draws by id, with variants that may be given out."""
        before = {wish.learner: hand.given_before(wish.learner) for wish, _ in new}
        made = {draw.id: self._filled(wish, draw, before[wish.learner], ()) for wish, draw in new}
        variants = {each.variant for draw in made.values() if isinstance(draw, Draw) for each in draw.variants}
        if variants and hand.not_given_out(may_be_given_out, variants):
            passed = hand.not_given_out(may_be_given_out)
            made = {draw.id: self._filled(wish, draw, before[wish.learner], passed) for wish, draw in new}
        return made

    def _filled(self, wish: Wish, draw: Draw, before: Collection[str], passed: Collection[str]) -> Draw | Exception:
        pool = self._sheets.pool(draw.bank, draw.revision, draw.pool)
        try:
            items = pool.drawn(self._identity, draw.place, wish.count, passed, before)
        except BankError as error:
            return error
        return replace(draw, variants=tuple(_given(items)))


def may_be_given_out(member: Doubtful) -> bool:
    """Whether its key is proven, by the family of today or by one that gives the same key."""
    family = registry.all_families().get(member.family)
    return member.state == "verified" and family is not None and family.version() in (member.version, member.checked)


def _given(items: Sequence[Sequence[Sequence[str]]]) -> Iterator[Given]:
    for item, groups in enumerate(items):
        for slot, group in enumerate(groups):
            for part, variant in enumerate(group):
                yield Given(item, slot, part, variant)


def _outcome(begun: Drawn | Exception, made: Mapping[str, Draw | Exception]) -> Drawn | Exception:
    if isinstance(begun, Exception) or begun.draw.id not in made:
        return begun
    found = made[begun.draw.id]
    return found if isinstance(found, Exception) else replace(begun, draw=found)
