"""The vectorised bootstrap and shift tests against a plain loop over the draws and against arch, in one run.

Every comparison first checks that both sides give the same answer (to Monte Carlo error where draws differ).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from arch.bootstrap import StationaryBootstrap

from helpers.stats import bootstrap_ci, circular_shift_test, sup_window

# The size of the real problem: monthly returns since 1926, ten events, a window of nine years.
N, DRAWS, BLOCK, WINDOW, HORIZON = 1_190, 2_000, 12, 108, 12
EVENTS = [645, 659, 699, 735, 755, 828, 866, 894, 974, 1116]


def run() -> list[tuple[str, float, float, float]]:
    """Measure, print and return (name, our seconds, their seconds, ratio) for each comparison."""
    x = np.random.default_rng(0).normal(0.2, 3.0, size=N)
    comparisons: list[tuple[str, Callable[[], float], Callable[[], float], float]] = [
        ("bootstrap of the mean, against a loop", lambda: _ours(x), lambda: _loop(x).std(), 0.1),
        ("bootstrap of the mean, against arch", lambda: _ours(x), lambda: _arch(x).std(), 0.1),
        ("circular shifts, against a loop", lambda: _shift(x), lambda: _shift_loop(x), 1e-9),
        ("sup-window, against a loop", lambda: _sup(x), lambda: _sup_loop(x), 0.1),
    ]
    print(
        f"Statistics (seconds for {DRAWS} draws of {N} months: ours, the other way, how many times faster)"
    )
    rows = []
    for name, ours, other, tolerance in comparisons:
        (found, our_seconds), (reference, other_seconds) = _timed(ours), _timed(other)
        if abs(found - reference) > tolerance * abs(reference):
            raise AssertionError(f"{name}: {found} and {reference} differ; the comparison is void.")
        rows.append((name, our_seconds, other_seconds, other_seconds / our_seconds))
        print(
            f"  {name:78} {our_seconds:8.3f} {other_seconds:8.3f} {rows[-1][3]:6.1f}x", flush=True
        )
    return rows


def _timed(work: Callable[[], float], rounds: int = 3) -> tuple[float, float]:
    """Result and fastest of a few rounds: the least disturbed one."""
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - started)
    return result, min(seconds)


def _ours(x: np.ndarray) -> float:
    return bootstrap_ci(x, np.mean, block=BLOCK, draws=DRAWS, rng=1).se


def _arch(x: np.ndarray) -> np.ndarray:
    return StationaryBootstrap(BLOCK, x, seed=1).apply(np.mean, DRAWS)


def _samples(x: np.ndarray):
    """Stationary bootstrap samples, drawn one after the other."""
    rng = np.random.default_rng(1)
    rows = np.arange(N)
    for _ in range(DRAWS):
        jump = rng.random(N) < 1 / BLOCK
        jump[0] = True
        last = np.maximum.accumulate(np.where(jump, rows, 0))
        yield x[(rng.integers(N, size=N)[last] + rows - last) % N]


def _loop(x: np.ndarray) -> np.ndarray:
    return np.array([np.mean(sample) for sample in _samples(x)])


def _shift(x: np.ndarray) -> float:
    return circular_shift_test(x, EVENTS, HORIZON).p


def _shift_loop(x: np.ndarray) -> float:
    shifted = []
    for shift in range(N):
        rolled = np.roll(x, -shift)
        windows = [
            np.take(rolled, range(at + 1, at + 1 + HORIZON), mode="wrap").sum() for at in EVENTS
        ]
        shifted.append(np.mean(windows) - HORIZON * x.mean())
    return float(np.mean(np.abs(shifted) >= abs(shifted[0]) - 1e-12))


def _sup(x: np.ndarray) -> float:
    return float(sup_window(x, WINDOW, block=BLOCK, draws=DRAWS, rng=1).null.mean())


def _sup_loop(x: np.ndarray) -> float:
    best = [
        np.convolve(sample, np.ones(WINDOW) / WINDOW, mode="valid").max() for sample in _samples(x)
    ]
    return float(np.mean(best))


if __name__ == "__main__":
    run()
