"""Small notebooks for the tests of what goes wrong."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "run"))
