"""The page: figures, and how the file stands to its proof, as one HTML file that needs nothing else."""

from datetime import UTC, datetime

from ..export import Proof, Standing
from .buying import tell_loyalty, tell_spending
from .figures import Figures
from .keys import key_figures
from .people import tell_arrivals, tell_countries, tell_status
from .section import Section

try:
    from jinja2 import Environment, PackageLoader, StrictUndefined
except ImportError as _missing:  # pragma: no cover - the tests have it
    message = "snipcart_async.report needs Jinja: pip install 'snipcart-async[report]'"
    raise ModuleNotFoundError(message, name="jinja2") from _missing

_PAGES = Environment(
    loader=PackageLoader("snipcart_async.report", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render_page(figures: Figures, name: str, standing: Standing, proof: Proof | None, now: datetime) -> str:
    """Write the page about a file of this name.

    Whatever comes from the file is escaped. Nothing on the page is about a person.
    """
    return _PAGES.get_template("page.html").render(
        figures=figures,
        keys=key_figures(figures) if figures.customers else (),
        sections=_sections(figures) if figures.customers else (),
        name=name,
        standing=standing.value,
        proof=proof,
        now=now.astimezone(UTC),
    )


def _sections(figures: Figures) -> tuple[Section, ...]:
    tell_first = (tell_arrivals(figures), tell_countries(figures), tell_loyalty(figures))
    return (*tell_first, *tell_spending(figures), tell_status(figures))
