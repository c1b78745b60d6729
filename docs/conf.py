"""How the pages become a site: `nox -s site`."""

from typing import Any

import attrs
from sphinx.application import Sphinx

from snipcart_async import __version__

project = "snipcart-async"
author = "The snipcart-async founders"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_llm.txt"]
exclude_patterns = ["changes", "examples"]
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!snipcart_async\b).*"),  # built offline: other libraries' pages are not there
    ("py:.*", r"snipcart_async\.[\w.]+\.[A-Z]"),  # a type variable
    ("py:.*", r"snipcart_async\.(export\.formats\.Format|request\.Unset|retry\.Repeat)"),  # no names for programs
    ("py:.*", r"snipcart_async\._failure\.(Answered|Where)"),  # likewise
    ("py:.*", r"snipcart_async\.testing\.(catalogue|people)\.\w+"),  # likewise
]
suppress_warnings = ["ref.python"]  # `type` is a field of two models, and a builtin

default_role = "code"  # single backticks in docstrings, as in Markdown
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"

llms_txt_description = "The async Snipcart client for Python: every customer, exactly once, or it says so."
llms_txt_suppress_unknown_node_warnings = True  # the mark for keyword-only arguments has a node of its own

html_theme = "furo"
html_title = "snipcart-async"
html_static_path = ["narrow.css"]
html_css_files = ["narrow.css"]

_MODELS = "snipcart_async.models"


def setup(app: Sphinx) -> None:
    """Show the fields of a value below its name alone, not in a signature as well."""
    app.connect("autodoc-process-signature", _without_fields)


def _without_fields(_app: Sphinx, what: str, _name: str, value: Any, *_: Any) -> tuple[str, None] | None:
    return ("", None) if what == "class" and attrs.has(value) and value.__module__.startswith(_MODELS) else None
