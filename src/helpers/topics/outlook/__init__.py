"""Claims F1 to F5: what the outlook needs, and what happened."""

from helpers.topics.outlook import rate_path as rate_path
from helpers.topics.outlook import scenarios as scenarios
from helpers.topics.outlook import score as score
from helpers.topics.outlook.examination import examine as examine
