"""Claims W1 to W4: regional banks, their margins, loans and mergers."""

from helpers.topics.banks.examination import examine as examine
