"""The drawings of the docs are true."""

import re

import pytest

from .drawings import DRAWINGS, ROOT
from .pictures import PICTURES

FOLDERS = {"road": "snipcart_async", "export": "snipcart_async/export", "report": "snipcart_async/report"}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_what_its_text_says(name: str) -> None:
    """Nobody changed one without the other; `nox -s pictures` draws anew."""
    assert (PICTURES / f"{name}.svg").read_text("utf-8") == DRAWINGS[name]()


@pytest.mark.parametrize("name", FOLDERS)
def test_every_file_in_a_drawing_is_there(name: str) -> None:
    """What was renamed is renamed here, too."""
    files = re.findall(r"[\w./]+(?:\.py|/)(?=[,<])", DRAWINGS[name]())

    assert len(files) > 6
    assert [file for file in files if not (ROOT / FOLDERS[name] / file).exists()] == []
