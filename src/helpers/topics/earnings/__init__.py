"""Claims E1 to E6: the earnings handoff, what was published about it, and what growth is made of."""

from helpers.topics.earnings.examination import examine as examine
