"""EM for Markov-switching means and variances, for many series at once: the loop is over time, not over series."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_TINY = 1e-300  # what is divided by stays above it
_GAIN = 1e-4  # of the log likelihood by a step: a series rests once less is gained
#: A regime on equal values would have infinite likelihood: variances stay above this share of the whole.
FLOOR = 1e-3


@dataclass(frozen=True)
class Fitted:
    """Parameters of a batch of series, the batch last: shape (regimes, series), transition (now, next, series)."""

    mean: np.ndarray
    variance: np.ndarray
    transition: np.ndarray

    def pick(self, columns) -> Fitted:
        return Fitted(*(part[..., columns] for part in (self.mean, self.variance, self.transition)))


def single_regime(y: np.ndarray) -> tuple[np.ndarray, Fitted]:
    """Normal log likelihood and parameters of series without regimes, `y` of shape (n, series)."""
    mean, variance = y.mean(axis=0, keepdims=True), y.var(axis=0, keepdims=True)
    llf = -0.5 * len(y) * (np.log(2 * np.pi * variance[0]) + 1)
    return llf, Fitted(mean, variance, np.ones((1, 1, y.shape[1])))


def em_log_likelihood(
    y: np.ndarray,
    regimes: int,
    switching: tuple[str, ...],
    *,
    starts: int,
    rng: np.random.Generator,
    steps: int = 200,
) -> tuple[np.ndarray, Fitted]:
    """Highest log likelihood and its parameters over `starts` EM runs of at most `steps` steps, for each series."""
    batch = np.repeat(y, starts, axis=1)
    llf, fitted = run_em(batch, _start(batch, regimes, switching, rng), switching, steps)
    llf = llf.reshape(-1, starts)
    return llf.max(axis=1), fitted.pick(np.arange(len(llf)) * starts + llf.argmax(axis=1))


def run_em(
    y: np.ndarray, fitted: Fitted, switching: tuple[str, ...], steps: int
) -> tuple[np.ndarray, Fitted]:
    """Highest log likelihood and its parameters within `steps` steps from the parameters given, for each series."""
    best = Fitted(fitted.mean.copy(), fitted.variance.copy(), fitted.transition.copy())
    reached = np.full(y.shape[1], -np.inf)
    climbing, now = np.arange(y.shape[1]), fitted
    for _ in range(steps + 1):
        llf, smoothed, joint = _expect(y[:, climbing], now)
        gain = llf - reached[climbing]
        higher, more = gain > 0, gain > _GAIN
        at = climbing[higher]
        reached[at] = llf[higher]
        better = now.pick(higher)
        best.mean[:, at], best.variance[:, at] = better.mean, better.variance
        best.transition[..., at] = better.transition
        climbing, now = climbing[more], now.pick(more)
        if not climbing.size:
            break
        now = _maximise(y[:, climbing], smoothed[..., more], joint[..., more], switching, now)
    return reached, best


def simulate_switching(fitted: Fitted, n: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """`draws` series of length `n` from the first parameters of a batch, shape (n, draws)."""
    mean, variance, transition = (
        fitted.mean[:, 0],
        fitted.variance[:, 0],
        fitted.transition[:, :, 0],
    )
    last = len(mean) - 1
    initial = _stationary(fitted.transition[:, :, :1])[:, 0]
    uniform = rng.random((n, draws))
    states = np.empty((n, draws), dtype=int)
    cumulative = np.cumsum(transition, axis=1)
    states[0] = np.searchsorted(np.cumsum(initial), uniform[0]).clip(max=last)
    for t in range(1, n):
        states[t] = (uniform[t, :, None] > cumulative[states[t - 1]]).sum(axis=1).clip(max=last)
    return mean[states] + np.sqrt(variance[states]) * rng.normal(size=(n, draws))


def _stationary(transition: np.ndarray) -> np.ndarray:
    """Long-run probabilities of the regimes, shape (regimes, series), of transitions (now, next, series)."""
    regimes = len(transition)
    # pi (I - P + 1 1') = 1', nonsingular where the chain is irreducible.
    system = np.eye(regimes) - np.moveaxis(transition, 2, 0) + 1.0
    return np.linalg.solve(np.swapaxes(system, 1, 2), np.ones((len(system), regimes, 1)))[:, :, 0].T


def _start(
    y: np.ndarray, regimes: int, switching: tuple[str, ...], rng: np.random.Generator
) -> Fitted:
    """Random starting values around the mean and variance of each series."""
    shape = (regimes, y.shape[1])
    spread = y.std(axis=0)
    mean = np.broadcast_to(y.mean(axis=0), shape)
    variance = np.broadcast_to(spread**2, shape)
    if "mean" in switching:
        mean = mean + spread * np.sort(rng.normal(size=shape), axis=0)
    if "variance" in switching:
        variance = variance * np.exp(rng.normal(size=shape))
    stay = rng.uniform(0.6, 0.98, size=shape)
    transition = np.repeat(((1 - stay) / (regimes - 1))[:, None], regimes, axis=1)
    diagonal = np.arange(regimes)
    transition[diagonal, diagonal] = stay
    return Fitted(mean, variance, transition)


def _expect(y: np.ndarray, fitted: Fitted) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log likelihood, smoothed probabilities (n, regimes, series), expected transitions (now, next, series).

    Time is cut into blocks that are stepped through side by side. A first pass from each regime tells what a block
    makes of where it starts (or, backwards, ends); these are chained, and a second pass runs from there.
    """
    n, regimes = len(y), len(fitted.mean)
    log_density = ((y[:, None] - fitted.mean) / np.sqrt(fitted.variance)) ** 2
    log_density += np.log(2 * np.pi * fitted.variance)
    log_density *= -0.5
    # Scaling by the largest density of each period keeps the products above underflow.
    top = log_density.max(axis=1, keepdims=True)
    log_density -= top
    density = _in_blocks(np.exp(log_density, out=log_density))
    transition = fitted.transition[:, :, None, None]
    each = np.eye(regimes)[:, :, None, None]

    filtered, scale, _ = _forward(density, transition, each, last=True)
    before = _block_starts(_stationary(fitted.transition), filtered[-1], np.log(scale).sum(axis=0))
    filtered, scale, ahead = _forward(density, transition, before[:, None])

    starts = _backward(filtered, ahead, transition, each, first=True)[0]
    after = _block_ends(starts, ahead[-1, :, 0, -1])
    smoothed = _backward(filtered, ahead, transition, after[:, None])

    filtered, smoothed, ahead = (_in_time(part, n) for part in (filtered, smoothed, ahead))
    joint = np.einsum("tib,tjb->ijb", filtered[:-1], smoothed[1:] / ahead[:-1])
    llf = np.log(scale).sum(axis=(0, 1, 2)) + top.sum(axis=(0, 1))
    return llf, smoothed, fitted.transition * joint


# Arrays in blocks have the axes (period of its block, regime, regime the pass came from, block, series).


def _in_blocks(density: np.ndarray) -> np.ndarray:
    """Cut (n, regimes, series) into blocks; periods that fill up the last one say nothing of the regime."""
    n, regimes, series = density.shape
    length = math.isqrt(n)
    filled = np.ones((-(-n // length), length, regimes, series))
    filled.reshape(-1, regimes, series)[:n] = density
    return np.ascontiguousarray(filled.transpose(1, 2, 0, 3))[:, :, None]


def _in_time(parts: np.ndarray, n: int) -> np.ndarray:
    """Put blocks one behind the other again, shape (n, regimes, series)."""
    _, regimes, _, _, series = parts.shape
    return parts[:, :, 0].transpose(2, 0, 1, 3).reshape(-1, regimes, series)[:n]


def _forward(
    density: np.ndarray, transition: np.ndarray, before: np.ndarray, *, last: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Filtered probabilities, their scale, and the prediction of the next period, given those before the blocks.

    Of the first and the third ``last`` keeps the last period alone.
    """
    kept = 1 if last else len(density)
    shape = np.broadcast_shapes(density.shape[1:], before.shape)
    filtered, ahead = np.empty((kept, *shape)), np.empty((kept, *shape))
    scale = np.empty((len(density), *shape[1:]))
    moves = np.empty((shape[0], *shape))  # one for all periods: what is computed in each is little
    predicted = (before[:, None] * transition).sum(axis=0)
    for t, now in enumerate(density):
        here = np.multiply(predicted, now, out=filtered[t % kept])
        size = np.add.reduce(here, axis=0, out=scale[t])
        here /= np.maximum(size, _TINY, out=size)
        np.multiply(here[:, None], transition, out=moves)
        predicted = np.add.reduce(moves, axis=0, out=ahead[t % kept])
    return filtered, scale, np.maximum(ahead, _TINY, out=ahead)


def _block_starts(initial: np.ndarray, ends: np.ndarray, log_weight: np.ndarray) -> np.ndarray:
    """Filtered probabilities before each block, from those at its end and its likelihood given each regime before."""
    weight = np.maximum(np.exp(log_weight - log_weight.max(axis=0)), _TINY)
    before = [initial]
    for block in range(ends.shape[2] - 1):
        share = before[-1] * weight[:, block]
        before.append((ends[:, :, block] * share).sum(axis=1) / share.sum(axis=0))
    return np.stack(before, axis=1)


def _backward(
    filtered: np.ndarray,
    ahead: np.ndarray,
    transition: np.ndarray,
    after: np.ndarray,
    *,
    first: bool = False,
) -> np.ndarray:
    """Smoothed probabilities, given those of the period after each block; ``first`` keeps the first period alone."""
    kept = 1 if first else len(filtered)
    shape = np.broadcast_shapes(filtered.shape[1:], after.shape)
    smoothed, ratio, moves = np.empty((kept, *shape)), np.empty(shape), np.empty((shape[0], *shape))
    for t in range(len(filtered) - 1, -1, -1):
        np.multiply(transition, np.divide(after, ahead[t], out=ratio), out=moves)
        after = np.add.reduce(moves, axis=1, out=smoothed[t % kept])
        after *= filtered[t]
    return smoothed


def _block_ends(starts: np.ndarray, beyond: np.ndarray) -> np.ndarray:
    """Smoothed probabilities after each block, from those at its start given each regime after it."""
    after = [beyond]
    for block in range(starts.shape[2] - 1, 0, -1):
        after.append((starts[:, :, block] * after[-1]).sum(axis=1))
    return np.stack(after[::-1], axis=1)


def _maximise(
    y: np.ndarray,
    smoothed: np.ndarray,
    joint: np.ndarray,
    switching: tuple[str, ...],
    before: Fitted,
) -> Fitted:
    """Parameters after a step from those `before`; none lowers the likelihood."""
    values = y[:, None]
    weight = smoothed.sum(axis=0) + 1e-10
    mean = np.einsum("tib,tb->ib", smoothed, y) / weight
    if "mean" not in switching:
        # Common mean: regimes weighted by their precision so far (the variances follow).
        precision = weight / before.variance
        mean = np.broadcast_to((precision * mean).sum(axis=0) / precision.sum(axis=0), weight.shape)
    squares = (smoothed * (values - mean) ** 2).sum(axis=0)
    if "variance" in switching:
        variance = squares / weight
    else:
        variance = np.broadcast_to(squares.sum(axis=0) / len(y), weight.shape)
    variance = np.maximum(variance, FLOOR * y.var(axis=0))
    moves = np.maximum(joint + _pull_of_the_start(smoothed[0], before.transition), 1e-10)
    return Fitted(mean, variance, moves / moves.sum(axis=1, keepdims=True))


def _pull_of_the_start(first: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """What the regime of the first period says of the transitions, as moves to be added to those expected.

    The chain starts in its long-run law pi, so that the likelihood holds log pi(P) of the first regime. With
    Z = (I - P + 1 pi')^-1, d pi_i / d p_jk = pi_j Z_ki; a share of p_jk for its slope leaves the maximum where it is.
    Without this a regime that only opens a series would be forbidden, and the likelihood fall.
    """
    regimes = len(transition)
    long_run = np.maximum(_stationary(transition), _TINY)
    system = np.eye(regimes) - np.moveaxis(transition, 2, 0) + long_run.T[:, None, :]
    worth = np.linalg.solve(system, (first / long_run).T[:, :, None])[:, :, 0].T
    return transition * long_run[:, None] * (worth[None, :] - worth[:, None])
