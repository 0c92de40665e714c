"""Claims E1 to E5: is the small-cap growth lead of 2026 real, new, and more than a rebound?"""

from helpers.topics.earnings.examination import examine as examine
