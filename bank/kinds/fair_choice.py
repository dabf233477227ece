"""Which of the mistakes stand beside the key, so that who knows nothing of the matter cannot pick it out.

The place of the key by value is drawn first, then what it looks like among the options: whether it is the longest, the
one most like the others, the one nearest to their mean, the odd one in form. Of the sets of mistakes that give this
place, one is taken that comes close to this look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, product
from math import log
from random import Random
from typing import NamedTuple

from bank.kinds.likeness import Look, contains, derived, look
from bank.kinds.posing import Asked, Wrong
from bank.notation.values import Constant, is_number

MOST_SETS = 8  # of mistakes that are looked at for one question
NEAR_ENOUGH = 0.5  # to what is wanted: no other set is looked at
SPARE = 2  # mistakes on a side beyond those that are shown: what sets are made of
RARELY = 0.125  # that the key is the odd one, or what the others resemble or follow from: else as often as it comes
UNMISTAKABLE = 2  # what those two count for, beside 1 for the rest
LEAN = 0.2  # how far the place of the key is moved to the side that has fewer mistakes, where it can have any place


class Mistake(NamedTuple):
    """One that can be shown. `follows`: it is the key doubled, halved, inverted, squared, negated or its root."""

    wrong: Wrong
    value: float
    follows: bool


class Shown(NamedTuple):
    """How an answer looks; numbers have a value, and its size as a logarithm."""

    look: Look
    value: float
    size: float
    follows: bool


class Wanted(NamedTuple):
    """What the key shall look like among the options."""

    longest: bool
    shortest: bool
    likest: bool
    central: bool
    odd: bool
    followed: bool


def beside(asked: Asked, rng: Random) -> list[Wrong]:
    """As many of the offered mistakes as are shown, in no particular order."""
    if asked.confused and (found := asked.confused(rng)):
        return list(found)
    offered, count = _eligible(asked), asked.options - 1
    rng.shuffle(offered)
    if asked.order or len(offered) <= count:
        return offered[:count]
    own, mistakes = _valued(asked.key, offered)
    below = [each for each in mistakes if each.value < own]
    above = [each for each in mistakes if each.value >= own]
    smaller = _place(below, above, count, rng)
    low, high = _in_play(below, smaller), _in_play(above, count - smaller)
    sets = list(islice(_sets(low, high, smaller, count), MOST_SETS))
    if len(sets) > 1:
        chosen = _best(sets, _shown(asked, own, low + high), _wanted(rng, asked.options))
    else:
        chosen = sets[0] if sets else tuple(range(count))
    return [(low + high)[place].wrong for place in chosen]


def faults(asked: Asked) -> Iterator[str]:
    """Why there is no fair set of options for this question."""
    offered, count = _eligible(asked), asked.options - 1
    if len(offered) < count:
        yield "too few distractors differ from the key"
    elif not asked.order and is_number(asked.key):
        follow = sum(each.follows for each in _valued(asked.key, offered)[1])
        if len(offered) - follow + (follow > 0) < count:
            yield "too few distractors are more than the key doubled, halved, inverted, squared or negated"


def _eligible(asked: Asked) -> list[Wrong]:
    """The offered mistakes that do not hold the key as a part."""
    offered = [wrong for wrong in asked.mistakes if wrong.offered]
    if asked.order or not any(isinstance(wrong.value, Constant | str) for wrong in offered):
        return offered  # a plain number is part of none
    key, *texts = asked.show([asked.key, *(wrong.value for wrong in offered)])
    return [wrong for wrong, text in zip(offered, texts, strict=True) if not contains(text, key)]


def _valued(key: object, offered: Sequence[Wrong]) -> tuple[float, list[Mistake]]:
    """The value of the key, and the mistakes with theirs; 0 for all where one of them is no number."""
    if not is_number(key) or not all(is_number(wrong.value) for wrong in offered):
        return 0.0, [Mistake(wrong, 0.0, False) for wrong in offered]
    own = float(key)
    valued = [(wrong, float(wrong.value)) for wrong in offered]  # type: ignore[arg-type]  # a number, as was just asked
    return own, [Mistake(wrong, value, derived(own, value)) for wrong, value in valued]


def _place(below: Sequence[Mistake], above: Sequence[Mistake], count: int, rng: Random) -> int:
    """How many of the shown mistakes are smaller than the key, each number that can be had as often as the others.

    Where all can be had, those that need the rarer side come a little more often: other questions may not have it.
    """
    low, high = sum(not each.follows for each in below), sum(not each.follows for each in above)
    more_low, more_high = low < len(below), high < len(above)
    places = [
        smaller
        for smaller, larger in zip(range(count + 1), range(count, -1, -1), strict=True)
        if (smaller <= low + more_low and larger <= high) or (smaller <= low and larger <= high + more_high)
    ]
    if len(places) <= count:
        return rng.choice(places) if places else 0
    lean = LEAN * (len(above) - len(below)) / (len(above) + len(below))
    return rng.choices(places, [1 + lean * (place - count / 2) for place in places])[0]


def _in_play(side: Sequence[Mistake], shown: int) -> list[Mistake]:
    """Some more than are shown of the mistakes on one side of the key, one at most that follows from it."""
    if not shown:
        return []
    free = [each for each in side if not each.follows]
    few = shown + SPARE if side and side[0].value else len(free)  # words differ more, and cost less to look at
    return [*free[:few], *[each for each in side if each.follows][:1]]


def _sets(low: Sequence[Mistake], high: Sequence[Mistake], smaller: int, count: int) -> Iterator[tuple[int, ...]]:
    """Places in low + high: so many that are smaller than the key, the rest larger; one at most follows from it."""
    places = range(len(low)), range(len(low), len(low) + len(high))
    pairs = product(combinations(places[0], smaller), combinations(places[1], count - smaller))
    both = (low and low[-1].follows) and (high and high[-1].follows)
    for one, other in pairs:
        if not both or not (one and one[-1] == places[0][-1] and other and other[-1] == places[1][-1]):
            yield one + other


def _shown(asked: Asked, own: float, mistakes: Sequence[Mistake]) -> list[Shown]:
    """The key, then the mistakes."""
    key, *looks = map(look, asked.show([asked.key, *(each.wrong.value for each in mistakes)]))
    return [Shown(key, own, _size(own), False)] + [
        Shown(seen, each.value, _size(each.value), each.follows) for seen, each in zip(looks, mistakes, strict=True)
    ]


def _size(value: float) -> float:
    return log(abs(value)) if value else 0.0


def _wanted(rng: Random, options: int) -> Wanted:
    """Long and short as often as chance has it; less often what mistakes tend to, since they come from the key."""
    length = int(rng.random() * options)
    return Wanted(
        longest=length == 0,
        shortest=length == 1,
        likest=rng.random() < RARELY,
        central=rng.random() < RARELY,
        odd=rng.random() < RARELY,
        followed=rng.random() < RARELY,
    )


def _best(sets: Sequence[tuple[int, ...]], shown: Sequence[Shown], wanted: Wanted) -> tuple[int, ...]:
    """The first set that comes near enough to what is wanted, else the nearest."""
    key, *mistakes = shown
    best, least = sets[0], float("inf")
    for chosen in sets:
        off = _distance(key, [mistakes[place] for place in chosen], wanted, least)
        if off < least:
            best, least = chosen, off
            if off <= NEAR_ENOUGH:
                break
    return best


def _distance(key: Shown, others: Sequence[Shown], wanted: Wanted, least: float) -> float:
    """How much of what is wanted is not so; cut short where that is `least` or more."""
    own, lengths = key.look.length, [each.look.length for each in others]
    odd = key.look.form not in [each.look.form for each in others]
    followed = True in [each.follows for each in others]
    off = float(UNMISTAKABLE * ((wanted.odd != odd) + (wanted.followed != followed)))
    off += abs(wanted.shortest - _least(own, lengths)) + abs(wanted.longest - _least(-own, [-each for each in lengths]))
    if off < least:
        off += abs(wanted.likest - _likest(key.look.marks, [each.look.marks for each in others]))
    if off < least and key.value:
        off += abs(wanted.central - _central(key.value, [each.value for each in others]))
        off += abs(wanted.central - _central(key.size, [each.size for each in others]))
    return off


def _least(own: float, others: Sequence[float]) -> float:
    """1 where the key comes first, a half where another one does too; where all are equal, nothing is told by it."""
    least = min(others)
    if own < least:
        return 1.0
    return 0.5 if own == least < max(others) else 0.0


def _likest(own: int, others: Sequence[int]) -> float:
    """Whether the key's text is the least far from all others together."""
    to_key = [(own ^ each).bit_count() for each in others]
    far = list(to_key)
    for (i, one), (j, other) in combinations(enumerate(others), 2):
        apart = (one ^ other).bit_count()
        far[i] += apart
        far[j] += apart
    return _least(sum(to_key), far)


def _central(own: float, others: Sequence[float]) -> float:
    """Whether the key is nearest to the mean."""
    mean = (own + sum(others)) / (1 + len(others))
    return _least(abs(own - mean), [abs(each - mean) for each in others])
