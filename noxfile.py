"""What a developer runs, and what CI runs: `nox` alone does all of it."""

import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import nox

PROJECT = nox.project.load_toml("pyproject.toml")
ENVIRONMENT = {"COVERAGE_FILE": str(Path(".coverage").resolve()), "PYTHONSAFEPATH": "1"}
DEV_MODE = {"PYTHONDEVMODE": "1"}  # where tests run in several processes, an option would reach the first alone


def is_present(version: str) -> bool:
    """Tell whether a Python of this version really runs here: a version manager may leave an empty shell."""
    python = shutil.which(f"python{version}")
    return python is not None and subprocess.call([python, "-c", ""], stderr=subprocess.DEVNULL) == 0  # noqa: S603


INTEGRATIONS = ("tests/contrib", "tests/docs")  # they need foreign libraries, many and large: on one Python
PACKAGE = ".[cli,testing]"
PYTHONS = [version for version in nox.project.python_versions(PROJECT) if is_present(version)]

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["lint", "types", "tests", "integrations", "coverage", "faults", "browser", "site"]
nox.options.reuse_existing_virtualenvs = True


def install(session: nox.Session, group: str, *packages: str) -> None:
    """Install a dependency group, and the package, or another, as a user would."""
    session.install(*packages, *nox.project.dependency_groups(PROJECT, group))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, and the architecture: who may import whom."""
    install(session, "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of package and tests, and that nothing public leaves a type to be guessed."""
    install(session, "types", PACKAGE)
    session.run("mypy")
    session.run("mypy", "noxfile.py")
    session.run("basedpyright", "--verifytypes", "snipcart_async", "--ignoreexternal")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests against the installed package, warnings being errors; the oldest Python in dev mode, measured."""
    install(session, "tests", PACKAGE)
    covered, mode = (["-m", "coverage", "run"], DEV_MODE) if session.python == PYTHONS[0] else ([], {})
    elsewhere = [f"--ignore={folder}" for folder in (*INTEGRATIONS, "tests/browser")]
    options = ["-m", "pytest", "-n", "auto", *elsewhere, *session.posargs]
    session.run("python", *covered, *options, env={**ENVIRONMENT, **mode})


@nox.session(python=PYTHONS[0])
def integrations(session: nox.Session) -> None:
    """Run what meets frameworks, queues and databases, and every code block of the docs, measured."""
    install(session, "integrations", PACKAGE)
    # In one process: foreign threads hold one of several up at its end, and it is killed with what it measured.
    covered = ["-m", "coverage", "run", "-m", "pytest", "-rs", *(session.posargs or INTEGRATIONS)]
    session.run("python", *covered, env=ENVIRONMENT)


@nox.session
def site(session: nox.Session) -> None:
    """Build the docs as a site in .site, or in another folder that is given; a warning is an error."""
    install(session, "site", ".[dask,dlt,fastapi,otel,report]")
    session.run("sphinx-build", "--quiet", "--fail-on-warning", "--fresh-env", "docs", *(session.posargs or [".site"]))


@nox.session(default=False)
def pictures(session: nox.Session) -> None:
    """Draw the pictures of the docs anew: what the command really prints, and how things are built."""
    install(session, "tests", PACKAGE)
    session.run("python", "-m", "tests.docs.pictures")


@nox.session
def coverage(session: nox.Session) -> None:
    """Combine what the tests covered: every branch."""
    install(session, "coverage")
    session.run("coverage", "combine", env=ENVIRONMENT)
    session.run("coverage", "report", env=ENVIRONMENT)


@nox.session
def faults(session: nox.Session) -> None:
    """Play the whole fault matrix, with both of aiohttp's parsers; single rows may be named."""
    install(session, "tests", PACKAGE)
    for parser in ({}, {"AIOHTTP_NO_EXTENSIONS": "1"}):
        session.run("python", "-m", "tests.faults", *session.posargs, env=parser)


@nox.session
def browser(session: nox.Session) -> None:
    """Visit the members' area, the page about an export, and the docs, in Chromium; `-- DIR` keeps pictures."""
    install(session, "browser", PACKAGE)
    pictures = {"PICTURES": session.posargs[0]} if session.posargs else {}
    session.run("python", "-m", "pytest", "-rs", "tests/browser", env={**ENVIRONMENT, **pictures})


@nox.session(default=False)
def canary(session: nox.Session) -> None:
    """Search everything that is said in any test for keys, tokens and personal data."""
    install(session, "integrations", PACKAGE)
    session.run("python", "-m", "pytest", "-p", "tests.canary", "--timeout=300", *session.posargs)


@nox.session(default=False)
@nox.parametrize("condition", ["lowest", "parser in Python", "asyncio debug"])
def conditions(session: nox.Session, condition: str) -> None:
    """Run the tests with the oldest dependencies allowed, with aiohttp's other parser, and in asyncio's debug mode."""
    install(session, "integrations", PACKAGE)
    if condition == "lowest":
        extras = PROJECT["project"]["optional-dependencies"].values()
        dependencies = [*PROJECT["project"]["dependencies"], *chain.from_iterable(extras)]
        # Together with the group: OpenTelemetry's SDK goes with one version of its API.
        install(session, "integrations", *(dependency.replace(">=", "==") for dependency in dependencies))
    switch = {"parser in Python": "AIOHTTP_NO_EXTENSIONS", "asyncio debug": "PYTHONASYNCIODEBUG"}.get(condition)
    environment = {**ENVIRONMENT, **DEV_MODE, **({switch: "1"} if switch else {})}
    session.run("python", "-W", "error", "-m", "pytest", "-n", "auto", *session.posargs, env=environment)


@nox.session(default=False)
def api(session: nox.Session) -> None:
    """Say what of the public interface has changed since the last release, or since a revision that is given."""
    install(session, "release")
    tags = session.run("git", "tag", "--list", "v*", "--sort=-version:refname", external=True, silent=True)
    if not (since := [*session.posargs, *str(tags).split()][:1]):
        session.skip("nothing is released yet")
    session.run("griffe", "check", "snipcart_async", "--against", *since, success_codes=[0, 1])


def edit(file: str, old: str, new: str) -> bool:
    """Put text in place of another, once; tell whether that was there."""
    text = Path(file).read_text("utf-8")
    Path(file).write_text(text.replace(old, new, 1), "utf-8")
    return old in text


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Prepare the release of a version that is given: changelog and version; then commit, and push its tag."""
    install(session, "release")
    (version,) = session.posargs
    if not edit("docs/changelog.md", f"## {version} (not released yet)", f"## {version} ({datetime.now(UTC):%F})"):
        session.run("towncrier", "build", "--yes", "--version", version)
    edit("pyproject.toml", f'version = "{PROJECT["project"]["version"]}"', f'version = "{version}"')
    session.log(f"look at the changes, commit them, then: git tag v{version} && git push origin v{version}")


@nox.session(default=False, reuse_venv=False)  # pip would keep a wheel that has the same version
def supply_chain(session: nox.Session) -> None:
    """Check the workflows; build, check and install what would be published, and run a part of the tests, or more."""
    install(session, "supply-chain")
    session.run("zizmor", "--offline", "--pedantic", "--strict-collection", ".github")
    with tempfile.TemporaryDirectory() as folder:
        session.run("python", "-m", "build", "--outdir", folder)
        wheel, source = sorted(map(str, Path(folder).iterdir()))
        session.run("check-wheel-contents", wheel)
        session.run("twine", "check", "--strict", wheel, source)
        session.install(f"{wheel}[cli]")
        session.run("python", "-P", "-m", "snipcart_async", "demo", "--customers", "500")
        install(session, "tests", f"{wheel}[cli,testing]")
    some = ["tests/cli", "tests/contract", "tests/converter", "tests/resources"]
    session.run("python", "-P", "-m", "pytest", "-n", "auto", *(session.posargs or some), env=ENVIRONMENT)


@nox.session(default=False)
def figures(session: nox.Session) -> None:
    """Print the figures of the house: sizes of modules, cycles, comments, docstrings, public types."""
    install(session, "figures", ".[cli,dask,dlt,fastapi,otel,testing]")
    session.run("python", "-m", "tests.figures")


@nox.session(default=False)
def properties(session: nox.Session) -> None:
    """Run what must hold always with 2 000 examples each, in place of 100."""
    install(session, "tests", PACKAGE)
    options = ["-n", "auto", "-m", "hypothesis", "--timeout=600"]
    session.run("python", "-m", "pytest", *options, env={**ENVIRONMENT, "HYPOTHESIS_PROFILE": "thorough"})


@nox.session(default=False)
def living(session: nox.Session) -> None:
    """Export 240 shops that live, of twelve kinds, and compare reports with the truth; another number may be given."""
    install(session, "tests", PACKAGE)
    session.run("python", "-m", "tests.benchmarks.living_shop", *session.posargs)


@nox.session(default=False)
def kills(session: nox.Session) -> None:
    """Kill 200 exports to each format at random moments, and resume them; another number may be given."""
    install(session, "tests", PACKAGE)
    killing = {**ENVIRONMENT, "KILLS": [*session.posargs, "200"][0]}
    session.run("python", "-m", "pytest", "-s", "tests/export/test_killing.py", env=killing)


@nox.session(default=False)
def memory(session: nox.Session) -> None:
    """Measure what exports of 10 000 and of 100 000 customers take; other numbers may be given."""
    install(session, "tests", ".[parquet,testing]")
    session.run("python", "-m", "tests.benchmarks.export_memory", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure side by side with other ways to do the same; sections may be named."""
    install(session, "bench", PACKAGE)
    session.run("python", "-m", "tests.benchmarks", *session.posargs)
