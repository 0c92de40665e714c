"""What every examination offers: its parts, and which of them were known."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from helpers.errors import NotKnown


class Examination:
    """Parts computed once, on first use, from what was known at a date.

    A part that could not be known raises `NotKnown` with the reason, wherever it is read: cards then say "not
    testable", figures stay empty and tell why. Ask `knows` before a table or a sentence.
    """

    def knows(self, *parts: str) -> bool:
        """Whether all these parts were known at the date."""
        return not any(self.reason(part) for part in parts)

    def known_names(self, part: str, names: Iterable[str]) -> list[str]:
        """The names for which a part that is computed for each of them was known."""
        return [name for name in names if not self.reason(part, name)]

    def reason(self, part: str, *name: Hashable) -> str:
        """Why a part, or a part computed for each name, was not known at the date; empty when it was."""
        try:
            found = getattr(self, part)
            if name:
                found(*name)
        except NotKnown as error:
            return str(error)
        return ""
