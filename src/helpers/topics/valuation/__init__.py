"""Claims M3 to M5: breadth, the valuation gap, and whether such a gap pays."""

from helpers.topics.valuation.examination import examine as examine
