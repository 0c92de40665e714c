"""Claims H1 to H3, M1 and M2: 1975-83, resemblance, concentration and the rotation."""

from helpers.topics.history.examination import examine as examine
