"""How much better a claimed effect explains an estimate than no effect does."""

from __future__ import annotations

import sys

import numpy as np
from scipy.special import erfcx


def half_normal_bayes_factor(estimate: float, se: float, scale: float) -> float:
    """Evidence for an effect of a claimed direction and rough size against none, from an estimate and its error.

    The claim says that the effect is positive, smaller effects being likelier than larger ones: a half-normal prior
    with mode 0. Against it stands an effect of exactly zero. The factor is the likelihood of the estimate under the
    first, averaged over the prior, divided by that under the second.

    Parameters
    ----------
    estimate : float
        Estimated effect, positive in the direction of the claim; one against the claim is negative.
    se : float
        Its standard error, same unit.
    scale : float
        Standard deviation of the normal law that is halved: the claimed size, same unit, fixed before looking.

    Returns
    -------
    float
        Above 1 for the effect, below 1 for none; 10 and 1/10, 3 and 1/3 are the customary borders of strong and of
        any evidence. At most the largest number a float holds.

    Raises
    ------
    ValueError
        An estimate that is not finite; an error or a scale that is not positive and finite.

    Notes
    -----
    With d, s, tau for the arguments and z = d tau / (s sqrt(s^2 + tau^2)) it is
    ``2 s / sqrt(s^2 + tau^2) exp(z^2 / 2) Phi(z)``. Since ``2 exp(z^2 / 2) Phi(z) = erfcx(-z / sqrt(2))``, it loses
    no digit far out. Were the effect zero, a factor of k or more would come up at most once in k.
    The estimate is taken as normal with a known error: with few independent observations it says too much.

    References
    ----------
    Dienes (2014), doi:10.3389/fpsyg.2014.00781.

    Examples
    --------
    >>> round(half_normal_bayes_factor(5.0, se=10.0, scale=5.0), 2)
    1.08
    """
    if not np.isfinite(estimate):
        raise ValueError(f"estimate is {estimate}; give a finite number.")
    for name, value in (("se", se), ("scale", scale)):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value}; it is positive and finite.")
    spread = np.hypot(se, scale)
    z = estimate / se * (scale / spread)
    return float(min(se / spread * erfcx(-z / np.sqrt(2)), sys.float_info.max))
