"""What a developer runs, and what CI runs: `nox` alone does all of it."""

import shutil
import subprocess
import tempfile
from itertools import chain
from pathlib import Path

import nox

PROJECT = nox.project.load_toml("pyproject.toml")
ENVIRONMENT = {"COVERAGE_FILE": str(Path(".coverage").resolve()), "PYTHONSAFEPATH": "1"}
DEV_MODE = {"PYTHONDEVMODE": "1"}  # where tests run in several processes, an option would reach the first alone


def is_present(version: str) -> bool:
    """Tell whether a Python of this version really runs here: a version manager may leave an empty shell."""
    python = shutil.which(f"python{version}")
    if python is None:
        return False
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0  # noqa: S603


INTEGRATIONS = ("tests/contrib", "tests/docs")  # they need foreign libraries, many and large: on one Python
PYTHONS = [version for version in nox.project.python_versions(PROJECT) if is_present(version)]

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["lint", "imports", "types", "tests", "integrations", "coverage", "faults", "browser", "site"]
nox.options.reuse_existing_virtualenvs = True


def install(session: nox.Session, group: str, *, package: str = ".[cli,testing]") -> None:
    """Install the package as a user would, and a dependency group."""
    session.install(package, *nox.project.dependency_groups(PROJECT, group))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    session.install(*nox.project.dependency_groups(PROJECT, "lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def imports(session: nox.Session) -> None:
    """Check the architecture: who may import whom."""
    install(session, "imports")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types of package and tests, and that nothing public leaves a type to be guessed."""
    install(session, "types")
    session.run("mypy")
    session.run("basedpyright", "--verifytypes", "snipcart_async", "--ignoreexternal")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests against the installed package, warnings being errors; the oldest Python in dev mode, measured."""
    install(session, "tests")
    oldest = session.python == PYTHONS[0]
    covered = ["-m", "coverage", "run"] if oldest else []
    mode = DEV_MODE if oldest else {}
    elsewhere = [f"--ignore={folder}" for folder in (*INTEGRATIONS, "tests/browser")]
    options = ["-n", "auto", *elsewhere, *session.posargs]
    session.run("python", *covered, "-m", "pytest", *options, env={**ENVIRONMENT, **mode})


@nox.session(python=PYTHONS[0])
def integrations(session: nox.Session) -> None:
    """Run what meets frameworks, queues and databases, and every code block of the docs, measured."""
    install(session, "integrations")
    # In one process: foreign threads hold one of several up at its end, and it is killed with what it measured.
    covered = ["-m", "coverage", "run", "-m", "pytest", "-rs", *(session.posargs or INTEGRATIONS)]
    session.run("python", *covered, env=ENVIRONMENT)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Run and type-check every code block of the README and the docs; the integrations do so, too."""
    install(session, "integrations")
    session.run("python", "-m", "pytest", "tests/docs", *session.posargs, env={**ENVIRONMENT, **DEV_MODE})


@nox.session
def site(session: nox.Session) -> None:
    """Build the docs as a site in .site, or in another folder that is given; a warning is an error."""
    install(session, "site", package=".[dask,dlt,fastapi,otel,report]")
    folder = session.posargs[0] if session.posargs else ".site"
    session.run("sphinx-build", "--quiet", "--fail-on-warning", "--keep-going", "--fresh-env", "docs", folder)


@nox.session(default=False)
def pictures(session: nox.Session) -> None:
    """Draw the pictures of the docs anew: what the command really prints, and how things are built."""
    install(session, "tests")
    session.run("python", "-m", "tests.docs.pictures")


@nox.session
def coverage(session: nox.Session) -> None:
    """Combine what the tests covered: every branch."""
    session.install(*nox.project.dependency_groups(PROJECT, "coverage"))
    session.run("coverage", "combine", env=ENVIRONMENT)
    session.run("coverage", "report", env=ENVIRONMENT)


@nox.session
def faults(session: nox.Session) -> None:
    """Play the whole fault matrix, with both of aiohttp's parsers; single rows may be named."""
    install(session, "tests")
    session.run("python", "-m", "tests.faults", *session.posargs)
    session.run("python", "-m", "tests.faults", *session.posargs, env={"AIOHTTP_NO_EXTENSIONS": "1"})


@nox.session
def browser(session: nox.Session) -> None:
    """Visit the members' area and the page about an export in Chromium; `-- DIR` keeps pictures of both."""
    install(session, "browser")
    pictures = {"PICTURES": session.posargs[0]} if session.posargs else {}
    session.run("python", "-m", "pytest", "-rs", "tests/browser", env={**ENVIRONMENT, **pictures})


@nox.session(default=False)
def canary(session: nox.Session) -> None:
    """Search everything that is said in any test for keys, tokens and personal data."""
    install(session, "integrations")
    disturbed = (  # these count log lines or objects, and looking on makes more of both
        "tests/test_listing.py::test_a_walk_that_outlives_its_loop_ends_with_it",
        "tests/test_observing.py::test_an_observer_that_fails_never_fails_the_call",
        "tests/test_sharing.py::test_ten_thousand_views_leave_nothing",
        "tests/export/test_killing.py",
    )
    skipped = [f"--deselect={test}" for test in disturbed]
    session.run("python", "-m", "pytest", "-p", "tests.canary", "--timeout=300", *skipped, *session.posargs)


@nox.session(default=False)
@nox.parametrize("condition", ["lowest", "parser in Python", "asyncio debug"])
def conditions(session: nox.Session, condition: str) -> None:
    """Run the tests with the oldest dependencies allowed, with aiohttp's other parser, and in asyncio's debug mode."""
    install(session, "integrations")
    if condition == "lowest":
        extras = PROJECT["project"]["optional-dependencies"].values()
        dependencies = [*PROJECT["project"]["dependencies"], *chain.from_iterable(extras)]
        lowest = [dependency.replace(">=", "==") for dependency in dependencies]
        # Together with the group: OpenTelemetry's SDK goes with one version of its API.
        session.install(*lowest, *nox.project.dependency_groups(PROJECT, "integrations"))
    switches = {"parser in Python": "AIOHTTP_NO_EXTENSIONS", "asyncio debug": "PYTHONASYNCIODEBUG"}
    switch = {switches[condition]: "1"} if condition in switches else {}
    environment = {**ENVIRONMENT, **DEV_MODE, **switch}
    session.run("python", "-W", "error", "-m", "pytest", "-n", "auto", *session.posargs, env=environment)


@nox.session(default=False)
def api(session: nox.Session) -> None:
    """Say what of the public interface has changed since the last release, or since a revision that is given."""
    session.install(*nox.project.dependency_groups(PROJECT, "release"))
    tags = session.run("git", "tag", "--list", "v*", "--sort=-version:refname", external=True, silent=True).split()
    if not (since := [*session.posargs, *tags][:1]):
        session.skip("nothing is released yet")
    session.run("griffe", "check", "snipcart_async", "--against", *since, success_codes=[0, 1])


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Prepare the release of a version that is given: changelog and version; then commit, and push its tag."""
    session.install(*nox.project.dependency_groups(PROJECT, "release"))
    (version,) = session.posargs
    session.run("towncrier", "build", "--yes", "--version", version)
    old, project = PROJECT["project"]["version"], Path("pyproject.toml")
    text = project.read_text("utf-8").replace(f'version = "{old}"', f'version = "{version}"', 1)
    project.write_text(text, "utf-8")
    session.log(f"look at the changes, commit them, then: git tag v{version} && git push origin v{version}")


@nox.session(default=False)
def supply_chain(session: nox.Session) -> None:
    """Check the workflows, build and check what would be published, and try it as it would be installed."""
    session.install(*nox.project.dependency_groups(PROJECT, "supply-chain"))
    session.run("zizmor", "--offline", "--pedantic", "--strict-collection", ".github")
    with tempfile.TemporaryDirectory() as folder:
        session.run("python", "-m", "build", "--outdir", folder)
        archives = sorted(map(str, Path(folder).iterdir()))
        (wheel,) = (name for name in archives if name.endswith(".whl"))
        session.run("check-wheel-contents", wheel)
        session.run("twine", "check", "--strict", *archives)
        session.install(f"{wheel}[cli]")
        session.run("python", "-P", "-m", "snipcart_async", "demo", "--customers", "500")


@nox.session(default=False)
def properties(session: nox.Session) -> None:
    """Run what must hold always with 2 000 examples each, in place of 100."""
    install(session, "tests")
    thorough = {**ENVIRONMENT, "HYPOTHESIS_PROFILE": "thorough"}
    session.run("python", "-m", "pytest", "-n", "auto", "-m", "hypothesis", "--timeout=600", env=thorough)


@nox.session(default=False)
def living(session: nox.Session) -> None:
    """Export 240 shops that live, of twelve kinds, and compare reports with the truth; another number may be given."""
    install(session, "tests")
    session.run("python", "-m", "tests.benchmarks.living_shop", *session.posargs)


@nox.session(default=False)
def kills(session: nox.Session) -> None:
    """Kill 200 exports to each format at random moments, and resume them; another number may be given."""
    install(session, "tests")
    count = session.posargs[0] if session.posargs else "200"
    killing = {**ENVIRONMENT, "KILLS": count}
    session.run("python", "-m", "pytest", "-s", "tests/export/test_killing.py", env=killing)


@nox.session(default=False)
def memory(session: nox.Session) -> None:
    """Measure what exports of 10 000 and of 100 000 customers take; other numbers may be given."""
    install(session, "tests", package=".[parquet,testing]")
    session.run("python", "-m", "tests.benchmarks.export_memory", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure side by side with other ways to do the same; sections may be named."""
    install(session, "bench")
    session.run("python", "-m", "tests.benchmarks", *session.posargs)


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Export a fake shop of 10 000 customers; no key needed."""
    session.install(".[cli]")
    session.run("snipcart", "demo", *session.posargs)
