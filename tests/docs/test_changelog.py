"""The changelog goes with the version."""

import re

import snipcart_async

from .documents import ROOT


def test_the_changelog_has_one_section_a_version_the_newest_being_this_one() -> None:
    """`nox -s release` neither doubled a heading nor forgot the version."""
    changelog = (ROOT / "docs" / "changelog.md").read_text("utf-8")
    versions = re.findall(r"^## (\S+) \((?:[\d-]{10}|not released yet)\)$", changelog, re.MULTILINE)

    assert len(versions) == len(set(versions)) == changelog.count("\n## ")
    assert versions[0] == snipcart_async.__version__
