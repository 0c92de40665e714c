"""Shared by the questions: pairs of portfolios, leads, ranks, ranges."""
