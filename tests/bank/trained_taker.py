"""A test-taker who has seen last year's exam: trained on what options look like, and never on what they mean.

`python -m tests.bank.trained_taker FAMILY` says what it scores, and by which features.
"""

import json
import sys
from collections import Counter
from dataclasses import dataclass
from math import isclose, log
from zlib import crc32

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from bank import registry
from bank.authoring.pool import StatementPool
from bank.kinds.likeness import DECIMAL, FRACTION, ROOT, WHOLE, WORDS, derived, form_of
from bank.strategies import question
from bank.strategies.by_likeness import ENTRY, edits
from bank.strategies.by_words import ABSOLUTE, HEDGE
from bank.strategies.seen import numbers_in

TRAINED, TRIED = range(400), range(400, 800)
MARGIN = 0.20  # above chance, that it may score
FOLDS = 4  # of the statements of a pool: each is judged by one who has not seen it
SHUFFLES = 5  # of a feature, to see what is lost without it
RELATIONS = {
    "double": lambda value, other: isclose(other, 2 * value, rel_tol=5e-3),
    "half": lambda value, other: isclose(2 * other, value, rel_tol=5e-3),
    "square": lambda value, other: isclose(other, value * value, rel_tol=5e-3),
    "root": lambda value, other: isclose(other * other, value, rel_tol=5e-3),
    "inverse": lambda value, other: isclose(other * value, 1, rel_tol=5e-3),
    "negative": lambda value, other: isclose(other, -value, rel_tol=5e-3),
}


@dataclass
class Exam:
    """Questions of a family: for each the features of its options (options, features), and the place of the key."""

    names: list
    features: list
    keys: list
    texts: list

    def rows(self):
        """Of all options: what they look like, and whether they are right."""
        right = [
            place == key for options, key in zip(self.features, self.keys, strict=True) for place in range(len(options))
        ]
        return np.vstack(self.features), np.array(right)


def exam(family, kind, seeds):
    drawn = [family.rehearsed(seed, kind) for seed in seeds]
    asked = [question(json.loads(draft.seen)) for draft in drawn]
    right = [json.loads(draft.private)["answer"]["choice"] for draft in drawn]
    described = [[features(seen, place) for place in range(len(seen.options))] for seen in asked]
    names = list(dict.fromkeys(name for options in described for option in options for name in option))
    return Exam(
        names=names,
        features=[np.array([[option.get(name, 0) for name in names] for option in options]) for options in described],
        keys=[[option.id for option in seen.options].index(letter) for seen, letter in zip(asked, right, strict=True)],
        texts=[[option.text for option in seen.options] for seen in asked],
    )


def features(seen, place):
    """What can be seen of one option and of its neighbours."""
    others = [each for i, each in enumerate(seen.options) if i != place]
    return {
        "place": place,
        **_by_text(seen.options[place].text, [each.text for each in others], seen.stem),
        **_by_value(seen, place),
    }


def _by_text(text, others, stem):
    forms = Counter(map(form_of, others))
    entries = Counter(ENTRY.findall(text))
    shared = [(entries & Counter(ENTRY.findall(other))).total() for other in others]
    far = [edits(*sorted((text, other))) for other in others]
    between = [edits(*sorted((one, other))) for one in others for other in others]
    digits = sum(letter.isdigit() for letter in text)
    return {
        "length": len(text),
        "length beside the mean": len(text) / (sum(map(len, others)) / len(others)),
        "longer than": sum(len(text) > len(other) for other in others),
        "shorter than": sum(len(text) < len(other) for other in others),
        "digits": digits,
        "more digits than": sum(digits > sum(letter.isdigit() for letter in other) for other in others),
        **{f"form {form}": form_of(text) == form for form in (WHOLE, DECIMAL, FRACTION, ROOT, WORDS)},
        "of its form": forms[form_of(text)],
        "likest": min(far),
        "edits to the others": sum(far),
        "edits beside those between the others": sum(far) * len(others) / (1 + sum(between)),
        "shared with the others": sum(shared),
        "shared with the most": max(shared),
        "share of entries": sum(shared) / (1 + entries.total()),
        "entries in the stem": (entries & Counter(ENTRY.findall(stem))).total() / (1 + entries.total()),
        "absolute words": len(ABSOLUTE.findall(text)),
        "more absolute words than": sum(len(ABSOLUTE.findall(text)) > len(ABSOLUTE.findall(other)) for other in others),
        "hedges": len(HEDGE.findall(text)),
        "more hedges than": sum(len(HEDGE.findall(text)) > len(HEDGE.findall(other)) for other in others),
        "formulas": text.count("\\("),
    }


def _by_value(seen, place):
    if not seen.values:
        return {}
    own, others = seen.values[place], [value for i, value in enumerate(seen.values) if i != place]
    printed = numbers_in(seen.stem)
    mean = sum(seen.values) / len(seen.values)
    ratios = sorted(_size(value) - _size(own) for value in others)
    return {
        "value": _size(own),
        "negative": own < 0,
        "whole": float(own).is_integer(),
        "even": float(own) % 2 == 0,
        "below one": abs(own) < 1,
        "larger than": sum(own > value for value in others),
        "far from the mean": abs(own - mean) / (max(map(abs, seen.values)) or 1),
        "far from the mean of sizes": abs(sum(ratios)),
        **{f"ratio {i}": ratio for i, ratio in enumerate(ratios)},
        "nearest ratio": min(map(abs, ratios)),
        "of opposite sign": sum(own * value < 0 for value in others),
        **{
            f"its {name} is there": sum(map(follows, [own] * len(others), others))
            for name, follows in RELATIONS.items()
        },
        **{
            f"its {name} is in the stem": any(follows(own, each) for each in printed)
            for name, follows in RELATIONS.items()
        },
        "follow from it": sum(derived(own, value) for value in others),
        "is in the stem": any(isclose(own, each, rel_tol=1e-3) for each in printed),
        "is a sum of others": _made(own, others, lambda one, other: one + other),
        "is a difference of others": _made(own, others, lambda one, other: one - other),
        "is a product of others": _made(own, others, lambda one, other: one * other),
        "multiples of it": sum(_whole(value / own) for value in others if own),
        "divides": sum(_whole(own / value) for value in others if value),
    }


def _size(value):
    return log(abs(value)) if value else -20.0


def _made(own, others, of):
    pairs = [(one, other) for i, one in enumerate(others) for j, other in enumerate(others) if i != j]
    return any(isclose(own, of(one, other), rel_tol=5e-3) for one, other in pairs)


def _whole(ratio):
    return abs(ratio) > 1.5 and isclose(ratio, round(ratio), rel_tol=1e-3)


def takers():
    """Fresh ones, which learn nothing of the other families."""
    return {
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=400)),
        "boosted trees": HistGradientBoostingClassifier(
            max_iter=60, max_leaf_nodes=8, learning_rate=0.1, min_samples_leaf=15, random_state=0
        ),
    }


def score(family, kind="single_choice"):
    """What the better of the two scores on questions that it has not seen, and how that was found."""
    learnt, tried = exam(family, kind, TRAINED), exam(family, kind, TRIED)
    with threadpool_limits(1):
        found = {name: _score(family, name, learnt, tried) for name in takers()}
        best = max(found, key=found.get)
        return found[best], best, learnt, tried


def _score(family, name, learnt, tried):
    if issubclass(family, StatementPool):
        return accuracy(_by_those_who_have_not_seen_it(name, learnt, tried), tried.keys)
    x, y = learnt.rows()
    return accuracy(_judged(takers()[name].fit(x, y), tried.features), tried.keys)


def _by_those_who_have_not_seen_it(name, learnt, tried):
    """A fixed statement is known to who remembers it; what is asked here is whether its looks give it away."""
    x, y = learnt.rows()
    fold = np.array([_fold(text) for texts in learnt.texts for text in texts])
    takes = [takers()[name].fit(x[fold != k], y[fold != k]) for k in range(FOLDS)]
    by_all = [_judged(taker, tried.features) for taker in takes]
    return [
        np.array([by_all[_fold(text)][i][place] for place, text in enumerate(texts)])
        for i, texts in enumerate(tried.texts)
    ]


def _fold(text):
    return crc32(text.encode()) % FOLDS


def _judged(taker, questions):
    """How likely each option is right, question by question."""
    flat = taker.predict_proba(np.vstack(questions))[:, 1]
    return np.split(flat, np.cumsum([len(options) for options in questions])[:-1])


def accuracy(judged, keys):
    """Shared among options that are judged alike."""
    return float(
        np.mean(
            [
                (options[key] == options.max()) / np.sum(options == options.max())
                for options, key in zip(judged, keys, strict=True)
            ]
        )
    )


def telling(best, learnt, tried, most=6):
    """The features without which it scores least, and how much less."""
    x, y = learnt.rows()
    rng = np.random.default_rng(0)
    with threadpool_limits(1):
        taker = takers()[best].fit(x, y)
        whole = accuracy(_judged(taker, tried.features), tried.keys)
        lost = {}
        for column, name in enumerate(learnt.names):
            scores = []
            for _ in range(SHUFFLES):
                mixed = np.vstack(tried.features)
                mixed[:, column] = rng.permutation(mixed[:, column])
                parts = np.split(mixed, np.cumsum([len(options) for options in tried.features])[:-1])
                scores.append(accuracy(_judged(taker, parts), tried.keys))
            lost[name] = whole - np.mean(scores)
    return sorted(lost.items(), key=lambda pair: -pair[1])[:most]


def limit(options):
    return 1 / options + MARGIN


def main(names):
    for name, family in registry.all_families().items():
        if "single_choice" not in family.kinds or (names and name not in names):
            continue
        found, best, learnt, tried = score(family)
        bound = limit(len(learnt.texts[0]))
        print(f"{name}: {found:.2f} by {best}, at most {bound:.2f}{'' if found <= bound else '  TOO MUCH'}")
        if found > bound:
            for feature, less in telling(best, learnt, tried):
                print(f"    {feature}: {less:+.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
