"""The sums of a report: what the database adds up is what all rows add up to, and what is kept is never old."""

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event

import pytest
from sqlalchemy import delete, select, update

from bank.errors import StoreUnavailable
from bank.exams import summing
from bank.exams.reporting import report
from bank.store import Answer
from bank.store.exam_tables import BANKS, CORRECTIONS, DRAWN, DRAWS, MEMBERS, SUMS
from bank.store.reports import Earned, Shared
from bank.store.tables import ATTEMPTS, RESPONSES
from tests import banks

ITEMS = ({"family": "quadratic_layer_ratio", "count": 4, "points": 3}, {"family": "gd_step", "count": 3})
SCORES = (0, 0.5, 1, 1.5, 2, None)  # which add up to the same in every order


@pytest.fixture
def bank(store):
    return banks.bank_on(store, ITEMS)


def give(store, bank, number, answers, pool="exam"):
    """A draw with one variant of each item, by their places, and what was earned with it; None: not graded."""
    members = {(member.item, member.place): member.variant for member in store.banks.members(bank, 1, None, 100)}
    draw, learner = f"draw-{number:016x}", f"learner {number}"
    with store.database.writing() as connection:
        whole = {"id": draw, "bank": bank, "revision": 1, "pool": pool, "occasion": 1, "place": number, "made": 1}
        connection.execute(DRAWS.insert().values(**whole, learner=learner))
        connection.execute(update(BANKS).where(BANKS.c.id == bank).values(drawn=BANKS.c.drawn + 1))
        for item, (place, earned) in enumerate(answers):
            whose = {"draw": draw, "learner": learner, "variant": members[item, place]}
            connection.execute(DRAWN.insert().values(**whose, item=item, slot=0, part=0))
            connection.execute(ATTEMPTS.insert().values(**whose, used=1, given=1, best=earned))
    return draw, members[0, answers[0][0]]


def answer(store, draw, variant, learner, score):
    told = {"score": score, "max_score": 3}
    store.attempts.spend(
        Answer(variant, learner, {"value": str(score)}, draw=draw),
        lambda standing: (told, standing.__class__(standing.used + 1, standing.given + 1, score)),
    )


def used(store, bank, seed=1, learners=40):
    random = Random(seed)
    for number in range(learners):
        pool = "practice" if number % 9 == 0 else "exam"
        give(store, bank, number, [(random.randrange(n), random.choice(SCORES)) for n in (4, 3)], pool)


def rows(store, bank):
    """Every draw of the exam's pool, and for each what was drawn and what was earned."""
    with store.database.reading() as connection:
        mine = select(DRAWS.c.id).where(DRAWS.c.bank == bank, DRAWS.c.pool == "exam")
        draws = set(connection.execute(mine).scalars())
        drawn = [row for row in connection.execute(select(DRAWN)) if row.draw in draws]
        graded = [row for row in connection.execute(select(ATTEMPTS)) if row.draw in draws and row.best is not None]
        members = {row.variant: row for row in connection.execute(select(MEMBERS).where(MEMBERS.c.bank == bank))}
    return drawn, graded, members


def naive(graded, members):
    """By the definitions, a row at a time."""
    totals = Counter()
    for row in graded:
        totals[row.draw] += row.best
    order = sorted(totals, key=lambda draw: (totals[draw], draw))
    size, more = divmod(len(order), 3)
    ends = (size + (more > 0), 2 * size + more)  # the first thirds are the larger ones
    third = {draw: 1 + (place >= ends[0]) + (place >= ends[1]) for place, draw in enumerate(order)}
    found = []
    for variant, member in members.items():
        pairs = [(row.best, totals[row.draw] - row.best, third[row.draw]) for row in graded if row.variant == variant]
        products = zip(*((x, x * x, r, r * r, x * r) for x, r, _ in pairs), strict=True)
        ends = [[x for x, _, which in pairs if which == wanted] for wanted in (3, 1)]
        told = [value for each in ends for value in (len(each), sum(each))]
        if pairs:
            found.append(Earned(member.item, member.part, variant, len(pairs), *map(sum, products), *told))
    return found


def test_what_is_earned_is_what_all_rows_add_up_to(store, bank):
    other = banks.bank_on(store, ITEMS, seed=8)
    used(store, bank)
    for number in range(100, 110):
        give(store, other, number, [(0, 3), (0, 2)])
    drawn, graded, members = rows(store, bank)
    assert sorted(store.reports.earned(bank, 1)) == sorted(naive(graded, members))
    times = defaultdict(Counter)
    for row in drawn:
        member = members[row.variant]
        times[member.item, member.part][member.question] += 1
    shared = [Shared(*where, each.total(), len(each), max(each.values())) for where, each in times.items()]
    assert sorted(store.reports.shared(bank, 1)) == sorted(shared)


@pytest.fixture
def kept(store, bank, monkeypatch):
    """A bank whose sums are kept by now, though it was used little; with a response that may be answered once more."""
    monkeypatch.setattr(summing, "WORTH_KEEPING", 1)
    used(store, bank)
    draw, variant = give(store, bank, 200, [(1, 1.5), (1, 2)])
    answer(store, draw, variant, "learner 200", 1.5)
    told(store, bank)
    return bank, draw, variant


def told(store, bank):
    found = report(store, store.banks.find(bank), store.banks.revision(bank, 1))
    return {name: value for name, value in found.items() if name != "made"}


def told_anew(store, bank, monkeypatch):
    with monkeypatch.context() as little:
        little.setattr(summing, "WORTH_KEEPING", 10**9)
        return told(store, bank)


def fail(*_):
    raise AssertionError("summed once more")


def test_what_was_kept_is_told_as_it_was(store, kept, monkeypatch):
    new = told_anew(store, kept[0], monkeypatch)
    monkeypatch.setattr(store.reports, "earned", fail)
    assert told(store, kept[0]) == new
    assert list(told(store, kept[0])["items"][0]["parts"][0]) == list(new["items"][0]["parts"][0])


def add_a_draw(store, bank, draw, variant):
    give(store, bank, 201, [(0, None), (0, None)])


def add_a_response(store, bank, draw, variant):
    answer(store, draw, variant, "learner 200", 3.0)


def add_a_mark(store, bank, draw, variant):
    with store.database.writing() as connection:
        connection.execute(update(RESPONSES).values(by_person=True))
        name = connection.execute(select(RESPONSES.c.id)).scalars().first()
    store.responses.mark(name, 0.5, "half", "key ada")


def correct(store, bank, draw, variant):
    with store.database.writing() as connection:
        about = {"id": "c", "bank": bank, "revision": 1, "request": "{}", "reason": "wrong", "who": "ada", "created": 1}
        connection.execute(CORRECTIONS.insert().values(**about, confirmed=1, applied=2))
        connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.draw == draw).values(best=0.5))


@pytest.mark.parametrize("change", [add_a_draw, add_a_response, add_a_mark, correct])
def test_whatever_is_added_is_in_the_next_report(store, kept, monkeypatch, change):
    before = told(store, kept[0])
    change(store, *kept)
    found = told(store, kept[0])
    assert found != before and found == told_anew(store, kept[0], monkeypatch)


def test_what_changes_outside_the_sums_is_told_with_those_that_are_kept(store, kept, monkeypatch):
    store.withdrawals.add(kept[2], "ambiguous", "key ada")
    monkeypatch.setattr(store.reports, "earned", fail)
    assert told(store, kept[0])["summary"]["states"] == {"verified": 6, "withdrawn": 1}


def test_nothing_is_kept_while_responses_are_graded_again(store, kept, monkeypatch):
    bank, draw, _ = kept
    correct(store, *kept)
    with store.database.writing() as connection:
        connection.execute(update(CORRECTIONS).values(applied=None))
    told(store, bank)
    with store.database.writing() as connection:
        connection.execute(update(ATTEMPTS).where(ATTEMPTS.c.draw == draw).values(best=2.5))
    assert told(store, bank) == told_anew(store, bank, monkeypatch)


def test_who_asks_while_others_sum_is_told_the_last_sums_and_when_they_were_made(store, kept, monkeypatch):
    before = told(store, kept[0])
    add_a_response(store, *kept)
    with store.database.writing() as connection:
        connection.execute(update(SUMS).values(made=1e9))
    with summing._turn:
        found = report(store, store.banks.find(kept[0]), store.banks.revision(kept[0], 1))
    assert found.pop("made") == "2001-09-09T01:46:40+00:00" and found == before


@pytest.mark.parametrize("kept_by_others", [True, False])
def test_who_asks_for_the_first_sums_while_others_make_them_waits(store, kept, monkeypatch, kept_by_others):
    sums = store.sums.find(kept[0], 1)
    with store.database.writing() as connection:
        connection.execute(delete(SUMS))
    if kept_by_others:
        monkeypatch.setattr(store.reports, "earned", fail)
    asked, find = Event(), store.sums.find
    monkeypatch.setattr(store.sums, "find", lambda *this: (find(*this), asked.set())[0])
    with ThreadPoolExecutor() as pool:
        with summing._turn:
            waiting = pool.submit(told, store, kept[0])
            asked.wait()
            assert not waiting.done()
            if kept_by_others:
                store.sums.keep(kept[0], 1, sums)
        assert waiting.result()["items"][0]["parts"][0]["results"]["responses"] > 0


def test_sums_by_another_code_are_not_told(store, kept, monkeypatch):
    with store.database.writing() as connection:
        connection.execute(update(SUMS).values(made_of="older code", told="[]"))
    assert told(store, kept[0]) == told_anew(store, kept[0], monkeypatch)


def test_a_record_that_cannot_be_written_is_still_reported(store, kept, monkeypatch):
    def full(*_):
        raise StoreUnavailable("database or disk is full")

    add_a_response(store, *kept)
    monkeypatch.setattr(store.sums, "keep", full)
    assert told(store, kept[0]) == told_anew(store, kept[0], monkeypatch)


def test_of_a_bank_of_little_use_and_of_what_is_not_published_nothing_is_kept(store, bank, monkeypatch):
    used(store, bank)
    told(store, bank)
    monkeypatch.setattr(summing, "WORTH_KEEPING", 0)
    told(store, banks.ordered(store, ITEMS)["bank"])
    with store.database.reading() as connection:
        assert connection.execute(select(SUMS)).all() == []
