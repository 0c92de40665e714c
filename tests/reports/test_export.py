"""Reports on paper, printed by the real browser."""

import re

import pytest

from helpers.run.printing import print_report
from helpers.run.publish import write_manifest
from sample_notebook import NAME

pytestmark = pytest.mark.browser


def test_a_report_becomes_pdfs_with_pages_and_an_outline(reports, tmp_path, chromium):
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("index.html", f"{NAME}.html"):
        (folder / name).write_bytes((reports / name).read_bytes())
    write_manifest(folder, {NAME: {"status": "ok", "seconds": 1.0}})
    out = tmp_path / "on paper"
    assert [path.name for path in print_report(folder, out, ["1"])] == [f"{NAME}.pdf"]
    assert [path.name for path in out.iterdir()] == [f"{NAME}.pdf"]
    printed = (out / f"{NAME}.pdf").read_bytes()
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", printed)) > 2
    assert b"/Outlines" in printed
