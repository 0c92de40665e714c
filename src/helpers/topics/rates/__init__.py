"""Claims R1 to R6: the policy path, its cycles and the stance."""

from helpers.topics.rates.examination import examine as examine
