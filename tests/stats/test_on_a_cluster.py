"""Bootstraps on the workers of a real Dask cluster draw the same samples, and so give the same numbers."""

import contextlib
import dataclasses
import os

import numpy as np
import pytest

from helpers.stats import (
    bootstrap_ci,
    break_dates,
    correlation_difference,
    studentised_window,
    sup_window,
)
from helpers.stats.bootstrap import resample_statistic

X = np.random.default_rng(0).normal(size=500)


@contextlib.contextmanager
def open_client(**workers):
    distributed = pytest.importorskip("distributed")
    quiet = {"dashboard_address": ":0", "worker_dashboard_address": None}
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, **quiet, **workers) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def client():
    """Two workers in this process, which start at once."""
    with open_client(processes=False) as client:
        yield client


def assert_same(found: object, other: object) -> None:
    """Two results agree in every field to the last bit."""
    for field in dataclasses.fields(found):
        here, there = getattr(found, field.name), getattr(other, field.name)
        assert np.array_equal(here, there), field.name


def test_two_processes_find_what_one_finds():
    """Whole blocks of 100 samples go to the workers with what the statistic is made of."""
    level = 0.25

    def quantile(sample):
        return np.quantile(sample, level)

    here, there = np.random.default_rng(7), np.random.default_rng(7)
    with open_client() as client:
        found = bootstrap_ci(X, quantile, 5, 620, there, client=client)
        pids = resample_statistic(
            X, lambda _: os.getpid(), block=5, draws=620, rng=3, client=client
        )
        assert {*pids} <= {float(pid) for pid in client.run(os.getpid).values()} - {os.getpid()}
    assert found == bootstrap_ci(X, quantile, 5, 620, here)
    assert there.random() == here.random()


@pytest.mark.parametrize(
    "ask",
    [
        lambda rng, client: bootstrap_ci(X, np.median, 5, 350, rng, client=client),
        lambda rng, client: sup_window(X, 24, 5, 350, rng, client=client),
        lambda rng, client: studentised_window(X, 24, 5, 350, rng, client=client),
        lambda rng, client: correlation_difference(
            X, np.sin(X), X**2, block=5, draws=2_100, rng=rng, client=client
        ),
    ],
    ids=["interval", "window", "studentised window", "correlations"],
)
def test_workers_find_the_same_and_leave_the_generator_where_it_would_be(client, ask):
    here, there = np.random.default_rng(7), np.random.default_rng(7)
    assert_same(ask(here, None), ask(there, client))
    assert here.random() == there.random()


def test_tests_for_breaks_find_the_same(client, monkeypatch):
    monkeypatch.setattr("helpers.stats.breaks._CELLS", 1_500)  # 25 series of 60 periods at once
    y = X[:60] + np.repeat([0.0, 1.5], 30)
    kept, there = (
        break_dates(y, max_breaks=2, block=2, draws=60, client=one) for one in (None, client)
    )
    assert there.p == kept.p < 0.05
    for test in (lambda one: kept.ud_max(client=one), lambda one: kept.sup_f_given(1, client=one)):
        assert test(client) == test(None)


@pytest.mark.parametrize("tasks", [1, 2, 100])
def test_samples_do_not_depend_on_how_they_are_shared_out(client, monkeypatch, tasks):
    monkeypatch.setattr("helpers.stats.bootstrap._TASKS", tasks)
    given = {"block": 5, "draws": 620, "rng": 3}  # 100 at once, so seven parts
    found = resample_statistic(X, np.mean, **given, client=client)
    assert found.tolist() == resample_statistic(X, np.mean, **given).tolist()


def test_an_error_of_the_statistic_arrives(client):
    def fragile(sample):
        raise ValueError(f"{len(sample)} periods are too few")

    with pytest.raises(ValueError, match="500 periods are too few"):
        resample_statistic(X, fragile, block=5, draws=20, rng=0, client=client)
