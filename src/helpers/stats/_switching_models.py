"""The switching models of statsmodels, with the step that takes half the time of their search made short."""

from __future__ import annotations

import numpy as np
from statsmodels.tsa.regime_switching.markov_autoregression import MarkovAutoregression
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression
from statsmodels.tsa.regime_switching.markov_switching import MarkovSwitching


class _Switching(MarkovSwitching):
    """Transitions of fixed probability, from what the search moves freely: the same numbers, sooner."""

    def transform_params(self, unconstrained: np.ndarray) -> np.ndarray:
        constrained = np.array(unconstrained)
        for now in range(self.k_regimes):
            at = self.parameters[now, "regime_transition"]
            constrained[at] = np.exp(unconstrained[at] - _log_of_sum(np.r_[0, unconstrained[at]]))
        return constrained


class Regression(MarkovRegression, _Switching):
    """Markov-switching regression (Hamilton 1989)."""


class Autoregression(MarkovAutoregression, _Switching):
    """Markov-switching autoregression of deviations from the regime means (Hamilton 1989)."""


def _log_of_sum(exponents: np.ndarray) -> complex:
    """log(sum(exp(x))): what scipy's ``logsumexp`` does for a few numbers, real or with a complex step."""
    last_of_largest = len(exponents) - 1 - exponents.real[::-1].argmax()
    largest = exponents[last_of_largest]
    others = np.exp(exponents - largest)
    others[last_of_largest] = 0
    return np.log1p(others.sum()) + largest
