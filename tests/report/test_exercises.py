"""An exercise tells a reader whether a number is right, and a report nothing."""

import pytest

from helpers.errors import RebalanceError
from helpers.report.exercises import exercise


def test_before_anybody_tried_a_report_shows_nothing(shown):
    assert shown(exercise, None, 3.14159) == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (3.14159, "**Right: 3.14 percent.**"),
        (3.15, "**Right: 3.14 percent.**"),
        (3.2, "**Not yet: 3.2 is too high.**"),
        (3, "**Not yet: 3 is too low.**"),
        (-3.14, "**The size is right, the sign is not.**"),
        (float("nan"), "**Not yet"),
    ],
)
def test_an_answer_counts_to_three_digits_and_a_wrong_one_gives_nothing_away(shown, answer, told):
    (bundle,) = shown(exercise, answer, 3.14159, unit="percent")
    assert bundle["text/markdown"].startswith(told)
    assert ("3.14" in bundle["text/markdown"]) == ("Right" in told)


def test_a_text_is_no_answer():
    with pytest.raises(RebalanceError, match="The answer is '3', which is no number"):
        exercise("3", 3.14159)
