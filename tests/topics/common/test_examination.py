"""Parts that were known and parts that were not, of a made-up examination."""

from helpers.errors import NotKnown
from helpers.topics.common.examination import Examination


class Known(Examination):
    """One part was known at the date, one came later, one was known for the first name alone."""

    early = 1.0

    @property
    def late(self):
        raise NotKnown("It came in 2027.")

    def each(self, name):
        if name != "first":
            raise NotKnown(f"Nothing of {name}.")


def test_parts_are_known_together_when_each_of_them_was():
    assert Known().knows("early")
    assert not Known().knows("late")
    assert not Known().knows("early", "late")


def test_the_reason_is_that_of_the_part_or_empty():
    assert Known().reason("early") == Known().reason("each", "first") == ""
    assert Known().reason("late") == "It came in 2027."
    assert Known().reason("each", "second") == "Nothing of second."


def test_names_of_a_part_are_those_for_which_it_was_known():
    assert Known().known_names("each", ["second", "first"]) == ["first"]
