"""From a scenario to relative returns: what moves what, and layers of uncertainty that stay apart."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.topics.common.ranges import Range, central, variance_shares
from helpers.topics.outlook.chain import LAYERS, SAMPLED, News, simulate
from helpers.topics.outlook.scenarios import SCENARIOS, Scenario

HIKES = SCENARIOS["inflation_and_hikes"]


@pytest.fixture(scope="module")
def still(found):
    return found.chain("iwm_spy")


@pytest.fixture(scope="module")
def middle(still):
    return central(still.ranges)


def under(chain, **supposed):
    return replace(chain, scenario=Scenario(**supposed))


def test_a_scenario_moves_relative_returns_through_earnings_alone(still, middle):
    """Rates enter once: where nothing of earnings reaches prices, no path of theirs moves anything."""
    deaf = middle | {"reach": 0.0}
    hikes = replace(still, scenario=HIKES)
    assert hikes.expected(**deaf) == pytest.approx(still.expected(**deaf))
    moved = hikes.expected(**middle) - still.expected(**middle)
    assert moved == pytest.approx(middle["reach"] / 100 * hikes.earnings(**middle).lead)


def test_suppositions_add_up(still, middle):
    def moved(**supposed):
        return under(still, **supposed).expected(**middle) - still.expected(**middle)

    path = (100.0, 50.0, 0.0, -50.0)
    together = moved(rate_path=path, growth=-1.0, margin_gain=0.5)
    assert together == pytest.approx(
        moved(rate_path=path) + moved(growth=-1.0) + moved(margin_gain=0.5)
    )
    assert moved(growth=-2.0) == pytest.approx(2 * moved(growth=-1.0))


def test_growth_and_margins_move_earnings_as_published(still, middle):
    """Goldman Sachs 2013: a point of growth is 8 percent of earnings of the Russell 2000, 5 of the S&P 500."""
    grown = under(still, growth=1.0).earnings(**middle)
    years = still.months / 12
    assert grown.small == pytest.approx(8 * years)
    assert grown.large == pytest.approx(5 * years)
    gained = under(still, margin_gain=1.0).earnings(**middle)
    assert gained.small[-1] == pytest.approx(100 / 4.8)  # LSEG, January 2024
    assert gained.large == pytest.approx(0)


def test_a_share_of_the_gap_closes_as_its_root_says(still, middle):
    alone = middle | {"drift": 0.0, "reach": 0.0, "loading": 1.0, "gap": 0.5}
    assert still.expected(**alone | {"root": 1.0}) == pytest.approx(0)
    half = alone | {"root": 0.5 ** (1 / still.months[-1])}
    assert still.expected(**half)[-1] == pytest.approx(25)  # half of 50 percent


@pytest.fixture(scope="module")
def synthetic():
    """Synthetic news: earnings as uncertain as prices."""
    rng = np.random.default_rng(1)
    first, second = 10 * rng.standard_normal((2, 4000))
    return News(first=first, second=second, other=10 / 12**0.5 * rng.standard_normal((4000, 22)))


@pytest.mark.parametrize("reach", [0.0, 50.0, 90.0])
def test_news_of_earnings_takes_the_place_of_other_news(still, synthetic, reach):
    """However much of it reaches prices, a year stays as uncertain as years were."""
    fixed = {
        name: Range(one, one, one, "fixed")
        for name, one in (central(still.ranges) | {"reach": reach}).items()
    }
    drawn = simulate(replace(still, ranges=fixed), synthetic, np.random.default_rng(0))
    assert drawn.in_year(2027).std() == pytest.approx(10, rel=0.05)


def test_each_layer_holds_the_one_before(found):
    simulation = found.simulation
    widths = [np.diff(simulation.band(layer).iloc[-1])[0] for layer in LAYERS]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3


def test_the_first_layer_keeps_what_was_estimated_from_history(still, synthetic):
    ranges = dict(still.ranges)
    fixed = {
        name: one if name in SAMPLED else Range(one.mid, one.mid, one.mid, "fixed")
        for name, one in ranges.items()
    }
    drawn = simulate(replace(still, ranges=fixed), synthetic, np.random.default_rng(0))
    assert drawn.by_parameters.std(axis=0) == pytest.approx(0, abs=1e-9)
    assert drawn.by_sampling.std(axis=0)[-1] > 1


def test_a_year_is_what_is_known_of_it_and_the_rest(found):
    simulation = found.simulation
    first, second = simulation.in_year(2026, known=3.0), simulation.in_year(2027)
    assert first + second == pytest.approx(3.0 + simulation.paths[..., -1])


def test_variance_shares_are_those_of_ishigami():
    """V23: Ishigami and Homma (1990) with 7 and 0.1; shares of Saltelli et al., by formula."""

    def ishigami(**inputs):
        one, two, three = (inputs[name] for name in ("one", "two", "three"))
        return np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)

    class Uniform(Range):
        def quantile(self, u):
            return self.low + (self.high - self.low) * np.asarray(u)

    ranges = {name: Uniform(-np.pi, 0.0, np.pi, "V23") for name in ("one", "two", "three")}
    shares = variance_shares(
        ishigami, ranges, points=2**13, resamples=50, rng=np.random.default_rng(5)
    ).loc[["one", "two", "three"]]
    assert shares["first"].to_numpy() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert shares["total"].to_numpy() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)
    assert (shares["first_low"] <= shares["first"]).all()
    assert (shares["total"] <= shares["total_high"]).all()
