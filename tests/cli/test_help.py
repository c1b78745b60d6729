"""What the command teaches: its help texts, whose examples all work, and what a shell completes."""

import asyncio
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclopts import App

from snipcart_async.cli.app import app, run
from snipcart_async.testing import FakeSnipcart


async def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Without arguments the commands are listed, and where the key comes from."""
    code = await run([])

    out = capsys.readouterr().out
    assert code == 0
    assert "SNIPCART_SECRET_API_KEY" in out


def commands_of(group: App) -> Iterator[tuple[str, ...]]:
    """Walk a group with everything below it."""
    yield ()
    for name in group:
        if not name.startswith("-"):
            yield from ((name, *below) for below in commands_of(group[name]))


@pytest.mark.parametrize("command", [*commands_of(app)], ids=" ".join)
async def test_help_of_each_command(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    """No option shows a default that says nothing."""
    code = await run([*command, "--help"])

    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert "Usage: snipcart" in out
    assert not any(f"[default: {nothing}]" in out for nothing in ("", "False", "None"))


async def test_help_shows_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    """A default that says something is shown, 0 as well."""
    await run(["fake", "--help"])

    out = capsys.readouterr().out
    assert all(f"[default: {value}]" in out for value in (240, 1, 0))


def examples_of(group: App) -> Iterator[str]:
    """Walk the examples of a group and of everything below it."""
    for line in (group.help_epilogue or "").splitlines():
        if line.startswith("- snipcart "):
            yield line.removeprefix("- snipcart ")
    for name in group:
        if not name.startswith("-"):
            yield from examples_of(group[name])


def test_every_command_shows_an_example() -> None:
    """Who asks for the help of a command sees how it is used."""
    without = {" ".join(names) for names in commands_of(app) if not [*examples_of(_command(names))]}

    assert without == set()


def _command(names: tuple[str, ...]) -> App:
    command = app
    for name in names:
        command = command[name]
    return command


@pytest.mark.parametrize("example", [*dict.fromkeys(examples_of(app))])
async def test_every_example_works(
    shop: FakeSnipcart,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    example: str,
) -> None:
    """As it stands in the help, with an id and a token of the shop."""
    monkeypatch.chdir(tmp_path)
    somebody = shop.shop.customer_ids()[0]
    known = {"ID": somebody, "TOKEN": shop.sign_in(somebody)}
    if example.startswith("report"):
        await run(["export", "customers", "customers.sqlite"])
        capsys.readouterr()
    running = asyncio.create_task(run([known.get(word, word) for word in shlex.split(example)]))
    if example.startswith("fake"):
        while not capsys.readouterr().out:  # noqa: ASYNC110 - a printed line sets no event
            await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    else:
        assert await running == 0


BASH = shutil.which("bash") or ""


def completed(line: str) -> set[str]:
    """Ask a real bash what it makes of the last word of a line."""
    words = shlex.join(["snipcart", *line.split(" ")])
    script = (
        f"source <({shlex.quote(sys.executable)} -m snipcart_async completion bash)\n"
        f"COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _snipcart\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    answer = subprocess.run([BASH, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    return set(answer.stdout.split())


@pytest.mark.skipif(not BASH, reason="no bash here")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("cust", {"customers"}),
        ("customers ", {"list", "get", "orders", "update", "delete"}),
        ("customers list --ord", {"--order-by"}),
        ("export customers --form", {"--format"}),
        ("customers list --status ", {"confirmed", "unconfirmed"}),
    ],
)
def test_bash_completes_commands_and_options(line: str, words: set[str]) -> None:
    """The script that `snipcart completion bash` prints does it in a real bash."""
    assert completed(line) == words


@pytest.mark.parametrize("shell", ["bash", "fish", "powershell", "zsh"])
async def test_there_is_a_script_for_each_shell(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    """It knows the commands and the options."""
    code = await run(["completion", shell])

    out = capsys.readouterr().out
    assert code == 0
    assert {"customers", "session-tokens"} <= {word for word in ("customers", "session-tokens") if word in out}
