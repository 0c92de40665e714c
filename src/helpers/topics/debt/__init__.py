"""Claims D1 to D3: who carries floating-rate debt, and what lower rates are worth."""

from helpers.topics.debt.examination import examine as examine
