"""Which quotations move an estimate, and which alone decide nothing."""

import pytest

from helpers.errors import NotKnown
from helpers.topics.common import weight
from made_up_quotations import quotations


def test_machine_written_pages_carry_no_weight():
    rows = quotations({"machine_written": True, "figure": 1.0}, {"figure": 2.0})
    assert weight.carries_weight(rows)["figure"].tolist() == [2.0]


def test_second_hand_pages_alone_carry_no_verdict():
    second = quotations({"confidence": "second-hand"})
    with pytest.raises(NotKnown, match="Only second-hand quotations give growth"):
        weight.require_first_hand(second, "growth")
    with pytest.raises(NotKnown, match="No publication known at this date gives growth"):
        weight.require_first_hand(second.iloc[:0], "growth")
    for confidence in ("verbatim", "derived"):
        rows = quotations({"confidence": "second-hand"}, {"confidence": confidence})
        weight.require_first_hand(rows, "growth")
        assert weight.is_first_hand(rows).tolist() == [False, True]
