"""Claims P1 to P4: the tax act, whom it reaches, and what lighter rules are worth to a listed small company."""

from helpers.topics.policy.examination import examine as examine
