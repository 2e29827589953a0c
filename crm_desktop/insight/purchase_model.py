"""Will they buy again, how often and for how much: the BG/NBD and the Gamma-Gamma model, fitted to the company's own customers.

While a customer is active, purchases come at random at a rate of their own; after each purchase a customer leaves for good
with a chance of their own; both rates and chances are spread over all customers. Four numbers (r, α, a, b) describe that
spread. A second model with three numbers (p, q, γ) describes what a purchase is worth. Both are found by looking for the
numbers under which what really happened is most likely.

Time is counted in weeks; a history is (repeat purchases, week of the last purchase, weeks known), both weeks counted from
the first purchase.

Source: P. Fader, B. Hardie, K. L. Lee, "Counting your customers the easy way", Marketing Science 24 (2005), equations 6
and 10, and the note "Computing P(alive) using the BG/NBD model"; P. Fader, B. Hardie, "The Gamma-Gamma model of monetary
value" (2013), equations 1a and 5.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# So many customers with a repeat purchase are needed before the model says anything.
LEAST_REPEATING = 20
_TOLERANCE, _MOST_STEPS = 1e-7, 600
_LARGEST_LOG = 12.0
_NEARLY_ONE = 1e-6
# From here on customers hardly differ in their chance to leave.
_ALIKE = 50.0
_HUGE = 1e200


@dataclass(frozen=True, slots=True)
class History:
    """Repeat purchases, week of the last one and weeks known, both since the first purchase; `value` is their mean worth."""

    repeats: int
    last_week: float
    known_weeks: float
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Purchases:
    """The fitted BG/NBD model."""

    r: float
    alpha: float
    a: float
    b: float

    def alive(self, found: History) -> float:
        """The chance (0 to 1) that a customer has not left for good."""
        if found.repeats == 0:
            return 1.0
        odds = math.log(self.a / (self.b + found.repeats - 1))
        odds += (self.r + found.repeats) * math.log((self.alpha + found.known_weeks) / (self.alpha + found.last_week))
        return 1 / (1 + math.exp(min(700.0, odds)))

    def expected(self, found: History, weeks: float) -> float:
        """The purchases to be expected of a customer in the coming weeks."""
        r, alpha, b, x = self.r, self.alpha, self.b, found.repeats
        a = self.a if abs(self.a - 1) > _NEARLY_ONE else 1 + _NEARLY_ONE
        gone = weeks / (alpha + found.known_weeks + weeks)
        if a < _ALIKE:
            # Equation 10 after Euler's transformation of its series, which then converges also for many purchases.
            tail: float = (1 - gone) ** (a - 1) * _hypergeometric(a + b - 1 - r, a - 1, a + b + x - 1, gone)
        else:
            # When all customers leave with nearly the same chance, a and b grow without end and that would overflow.
            tail = math.exp((r + x) * math.log1p(-gone) + _log_hypergeometric(r + x, b + x, a + b + x - 1, gone))
        return float((a + b + x - 1) / (a - 1) * (1 - tail) * self.alive(found))

    def log_likelihood(self, histories: Iterable[History]) -> float:
        """How likely the histories are under this model, as a logarithm."""
        return sum(_log_likelihood(self, found) for found in histories)


@dataclass(frozen=True, slots=True)
class Worth:
    """The fitted Gamma-Gamma model."""

    p: float
    q: float
    gamma: float

    def mean(self, found: History) -> float:
        """What a purchase of a customer is worth on the average: their own mean, drawn to that of all the less is known."""
        return self.p * (self.gamma + found.repeats * found.value) / (self.p * found.repeats + self.q - 1)

    def log_likelihood(self, histories: Iterable[History]) -> float:
        """How likely the mean values are under this model, as a logarithm; without those who never came back."""
        return sum(_log_worth(self, found) for found in histories if found.repeats > 0 and found.value > 0)


def fit_purchases(histories: Sequence[History]) -> Purchases | None:
    """The model under which these histories are most likely; None when too few customers came back."""
    if sum(found.repeats > 0 for found in histories) < LEAST_REPEATING:
        return None
    counted = list(Counter((f.repeats, round(f.last_week, 2), round(f.known_weeks, 2)) for f in histories).items())

    def unlikely(logs: Sequence[float]) -> float:
        model = Purchases(*map(math.exp, logs))
        return -sum(times * _log_likelihood(model, History(*history)) for history, times in counted) / len(histories)

    return Purchases(*map(math.exp, _least(unlikely, [0.0, 1.0, 0.0, 1.0])))


def fit_worth(histories: Sequence[History]) -> Worth | None:
    """The model under which these mean values are most likely; None when too few customers came back."""
    back = [found for found in histories if found.repeats > 0 and found.value > 0]
    if len(back) < LEAST_REPEATING:
        return None
    scale = sum(found.value for found in back) / len(back)
    scaled = [History(f.repeats, f.last_week, f.known_weeks, f.value / scale) for f in back]

    def unlikely(logs: Sequence[float]) -> float:
        return -Worth(*map(math.exp, logs)).log_likelihood(scaled) / len(scaled)

    p, q, gamma = map(math.exp, _least(unlikely, [1.0, 1.0, 0.0]))
    return Worth(p, q, gamma * scale)


def _log_likelihood(model: Purchases, found: History) -> float:
    """Equation 6, in logarithms so that nothing overflows."""
    r, alpha, a, b, x = model.r, model.alpha, model.a, model.b, found.repeats
    log, lgamma = math.log, math.lgamma
    first = lgamma(r + x) - lgamma(r) + r * log(alpha)
    second = lgamma(a + b) + lgamma(b + x) - lgamma(b) - lgamma(a + b + x)
    stayed = -(r + x) * log(alpha + found.known_weeks)
    if x == 0:
        return first + second + stayed
    left = log(a) - log(b + x - 1) - (r + x) * log(alpha + found.last_week)
    larger, smaller = max(stayed, left), min(stayed, left)
    return first + second + larger + math.log1p(math.exp(smaller - larger))


def _log_worth(model: Worth, found: History) -> float:
    """Equation 1a."""
    p, q, gamma, x, value = model.p, model.q, model.gamma, found.repeats, found.value
    shape = p * x
    return (
        math.lgamma(shape + q) - math.lgamma(shape) - math.lgamma(q) + q * math.log(gamma) + (shape - 1) * math.log(value)
        + shape * math.log(x) - (shape + q) * math.log(gamma + value * x)
    )  # fmt: skip


def _hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """Gauss's series; 0 ≤ z < 1, so it converges."""
    term, total, n = 1.0, 1.0, 0
    while abs(term) > 1e-13 * abs(total) and n < 10_000:
        term *= (a + n) * (b + n) / (c + n) * z / (n + 1)
        total += term
        n += 1
    return total


def _log_hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """The logarithm of Gauss's series for positive numbers, however large it grows."""
    term, total, scaled, n = 1.0, 1.0, 0.0, 0
    while term > 1e-13 * total and n < 100_000:
        term *= (a + n) * (b + n) / (c + n) * z / (n + 1)
        total += term
        n += 1
        if total > _HUGE:
            term, total, scaled = term / _HUGE, total / _HUGE, scaled + math.log(_HUGE)
    return math.log(total) + scaled


def _least(function: Callable[[Sequence[float]], float], start: list[float]) -> list[float]:
    """Where a smooth function of a few numbers is least: the simplex search of Nelder and Mead (1965)."""

    def at(point: list[float]) -> tuple[float, list[float]]:
        if any(abs(value) > _LARGEST_LOG for value in point):
            return math.inf, point
        return function(point), point

    corners = sorted(
        [at(start), *(at([v + (0.5 if i == k else 0) for i, v in enumerate(start)]) for k in range(len(start)))]
    )
    for _step in range(_MOST_STEPS):
        if corners[-1][0] - corners[0][0] < _TOLERANCE * (abs(corners[0][0]) + _TOLERANCE):
            break
        worst, rest = corners[-1], corners[:-1]
        middle = [sum(values) / len(rest) for values in zip(*(point for _value, point in rest), strict=True)]

        def moved(
            by: float, worst: tuple[float, list[float]] = worst, middle: list[float] = middle
        ) -> tuple[float, list[float]]:
            return at([m + by * (m - w) for m, w in zip(middle, worst[1], strict=True)])

        better = _next_corner(moved, rest, worst)
        if better is not None:
            corners = sorted([*rest, better])
        else:
            best = corners[0][1]
            shrunk = (at([b + (v - b) / 2 for b, v in zip(best, point, strict=True)]) for _value, point in corners[1:])
            corners = sorted([corners[0], *shrunk])
    return corners[0][1]


def _next_corner(
    moved: Callable[[float], tuple[float, list[float]]],
    rest: list[tuple[float, list[float]]],
    worst: tuple[float, list[float]],
) -> tuple[float, list[float]] | None:
    """Mirror the worst corner, go further or nearer; None when all of that is no better."""
    mirrored = moved(1.0)
    if mirrored[0] < rest[0][0]:
        return min(mirrored, moved(2.0))
    if mirrored[0] < rest[-1][0]:
        return mirrored
    nearer = moved(0.5) if mirrored[0] < worst[0] else moved(-0.5)
    return nearer if nearer[0] < min(mirrored[0], worst[0]) else None
