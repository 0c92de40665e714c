"""Winners and losers: who gained since 2025, against what, and was it more than market and size?"""

from helpers.topics.winners.examination import examine as examine
