"""The statistics of a report, against scipy and against hand-made numbers."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bank.exams.statistics import Sums, deviations, equally_hard, evenly, quantile, survival, wilson


@given(st.floats(0, 500), st.integers(1, 300))
def test_the_chi_square_distribution_is_that_of_scipy(statistic, degrees):
    assert survival(statistic, degrees) == pytest.approx(stats.chi2.sf(statistic, degrees), rel=1e-8, abs=1e-12)


@given(st.lists(st.integers(0, 200), min_size=2, max_size=8).filter(any))
def test_evenness_is_tested_as_scipy_does(counts):
    found, known = evenly(counts), stats.chisquare(counts)
    assert (found.statistic, found.p) == (pytest.approx(known.statistic), pytest.approx(known.pvalue, abs=1e-10))


def test_nothing_is_tested_where_nothing_was_counted():
    assert evenly([0, 0, 0]) is evenly([7]) is None


@pytest.mark.parametrize(("right", "times"), [(0, 5), (5, 5), (3, 10), (270, 1000)])
def test_the_interval_of_a_share_is_wilsons(right, times):
    known = stats.binomtest(right, times).proportion_ci(method="wilson")
    assert wilson(right / times, times) == (pytest.approx(known.low, abs=1e-6), pytest.approx(known.high, abs=1e-6))


def sums(pairs):
    n, x, r = len(pairs), sum(a for a, _ in pairs), sum(b for _, b in pairs)
    squares = (sum(a * a for a, _ in pairs), r, sum(b * b for _, b in pairs), sum(a * b for a, b in pairs))
    return Sums(n, x, *squares)


@given(st.lists(st.tuples(st.sampled_from([0, 0.5, 1]), st.integers(0, 20)), min_size=4, max_size=40))
def test_discrimination_is_the_correlation_with_the_rest(pairs):
    x, r = zip(*pairs, strict=True)
    found = Sums.of_all([sums(pairs[:2]), sums(pairs[2:])]).correlation
    if len(set(x)) == 1 or len(set(r)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(stats.pearsonr(x, r).statistic, abs=1e-9)


def test_a_correlation_is_judged_by_how_many_it_rests_on():
    assert deviations(0.5, 103) == pytest.approx(5.493, abs=1e-3)
    assert deviations(-0.5, 3) == 0.0
    assert deviations(-1.0, 20) < -1000


def test_of_right_and_wrong_answers_equal_difficulty_is_pearsons_test():
    table = [(30, 20), (18, 32), (25, 25)]
    variants = [Sums(n=a + b, x=a, xx=a) for a, b in table]
    found, known = equally_hard(variants), stats.chi2_contingency(table, correction=False)
    assert (found.statistic, found.degrees) == (pytest.approx(known.statistic), known.dof)
    assert found.p == pytest.approx(known.pvalue)
    assert equally_hard(variants[:1]) is equally_hard([Sums(5, 5, 5), Sums(5, 5, 5)]) is None


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.sampled_from([0, 0.25, 0.5, 0.75, 1]))
def test_quartiles_lie_as_in_proportion(values, share):
    ordered = sorted(values)
    assert quantile(ordered, share) == pytest.approx(stats.scoreatpercentile(ordered, 100 * share), abs=1e-9)


def test_the_scatter_of_halves_is_told():
    assert sqrt(sums([(0, 1), (1, 2)]).scatter) == pytest.approx(sqrt(0.5))
