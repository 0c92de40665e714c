"""EM for Markov-switching means and variances, for many series at once: the loop is over time, not over series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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
    steps: int = 50,
) -> tuple[np.ndarray, Fitted]:
    """Highest log likelihood and its parameters over `starts` EM runs of `steps` steps, for each series."""
    batch = np.repeat(y, starts, axis=1)
    fitted = _start(batch, regimes, switching, rng)
    for _ in range(steps):
        _, smoothed, joint = _expect(batch, fitted)
        fitted = _maximise(batch, smoothed, joint, switching)
    llf = _expect(batch, fitted)[0].reshape(-1, starts)
    return llf.max(axis=1), fitted.pick(np.arange(len(llf)) * starts + llf.argmax(axis=1))


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
    """Log likelihood, smoothed probabilities (n, regimes, series), expected transitions (now, next, series)."""
    n = len(y)
    log_density = -0.5 * (
        np.log(2 * np.pi * fitted.variance) + (y[:, None] - fitted.mean) ** 2 / fitted.variance
    )
    # Scaling by the largest density of each period keeps the products above underflow.
    top = log_density.max(axis=1, keepdims=True)
    density = np.exp(log_density - top)
    filtered, predicted = np.empty_like(density), np.empty_like(density)
    scale = np.empty_like(y)
    transition, ahead = fitted.transition, _stationary(fitted.transition)
    for t in range(n):
        predicted[t] = ahead
        weight = ahead * density[t]
        scale[t] = weight.sum(axis=0)
        filtered[t] = weight / scale[t]
        ahead = (filtered[t][:, None] * transition).sum(axis=0)
    np.maximum(predicted, 1e-300, out=predicted)
    smoothed = filtered.copy()
    for t in range(n - 2, -1, -1):
        ratio = smoothed[t + 1] / predicted[t + 1]
        smoothed[t] *= (transition * ratio).sum(axis=1)
    joint = transition * np.einsum("tib,tjb->ijb", filtered[:-1], smoothed[1:] / predicted[1:])
    return (np.log(scale) + top[:, 0]).sum(axis=0), smoothed, joint


def _maximise(
    y: np.ndarray, smoothed: np.ndarray, joint: np.ndarray, switching: tuple[str, ...]
) -> Fitted:
    values = y[:, None]
    weight = smoothed.sum(axis=0) + 1e-10
    mean = (smoothed * values).sum(axis=0) / weight
    if "mean" not in switching:
        # Common mean: regimes weighted by their precision about the grand mean (the likelihood still rises).
        precision = weight**2 / (smoothed * (values - y.mean(axis=0)) ** 2).sum(axis=0)
        mean = np.broadcast_to((precision * mean).sum(axis=0) / precision.sum(axis=0), weight.shape)
    squares = (smoothed * (values - mean) ** 2).sum(axis=0)
    if "variance" in switching:
        variance = squares / weight
    else:
        variance = np.broadcast_to(squares.sum(axis=0) / len(y), weight.shape)
    # A regime of one point would have infinite likelihood: variances stay above a thousandth of the whole.
    variance = np.maximum(variance, 1e-3 * y.var(axis=0))
    joint = joint + 1e-10
    return Fitted(mean, variance, joint / joint.sum(axis=1, keepdims=True))
