"""The pictures of the docs: drawings, and the command's real output on a terminal. `nox -s pictures`."""

import os
import re
import subprocess
import sys
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from snipcart_async.testing import FakeSnipcart

from .drawings import DRAWINGS

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
COMMANDS = {
    "demo": ["demo"],
    "list": ["customers", "list", "--order-by", "orders-value", "--max", "4"],
    "help": ["customers", "update", "--help"],
}
WITHOUT_FONTS = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)  # they are fetched
WIDTH = 92


def shown(arguments: list[str], environment: dict[str, str]) -> str:
    """Run a command with its output on a terminal, and give what appeared there."""
    reading, writing = os.openpty()
    command = [sys.executable, "-m", "snipcart_async", *arguments]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=writing, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    ):
        os.close(writing)
        content = b""
        try:
            while chunk := os.read(reading, 4096):
                content += chunk
        except OSError:  # how a terminal says that nobody holds its other side any more
            pass
    os.close(reading)
    return content.decode().replace("\r\n", "\n").replace(sys.executable + " -m snipcart_async", "snipcart")


def draw(name: str, arguments: list[str], environment: dict[str, str]) -> Path:
    """Draw what a command shows."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True)
        console.print(Text(f"$ snipcart {' '.join(arguments)}", style="bold"))
        console.print(Text.from_ansi(shown(arguments, environment).rstrip()))
        path = PICTURES / f"{name}.svg"
        path.write_text(console.export_svg(title="snipcart", code_format=WITHOUT_FONTS, unique_id=name), "utf-8")
    return path


if __name__ == "__main__":
    for name, drawn in DRAWINGS.items():
        (PICTURES / f"{name}.svg").write_text(drawn(), "utf-8")
    with FakeSnipcart(customers=240) as fake:
        shop = {"SNIPCART_SECRET_API_KEY": fake.api_key, "SNIPCART_BASE_URL": fake.base_url}
        terminal = {"COLUMNS": str(WIDTH), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        for name, arguments in COMMANDS.items():
            draw(name, arguments, {**shop, **terminal})
