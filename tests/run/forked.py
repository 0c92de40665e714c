"""What the tests call in forks: loaded in each of them, so it loads little."""

import random

import numpy as np


def draw(number, pipe, _cells, _read):
    """Send a number back, with two that should differ from fork to fork."""
    pipe.send((number, random.random(), np.random.default_rng().random()))
