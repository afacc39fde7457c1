"""Servers for the snippets of the documentation: PostgreSQL and Kafka, on this machine alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest


def _program(name: str) -> str:
    """Return where a program of PostgreSQL is, or skip; Debian keeps them out of the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: one.parent.name)
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, reversed(folders))])
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"PostgreSQL is not installed: no {name}")
    return found


@contextmanager
def postgresql() -> Iterator[tuple[str, Path]]:
    """Start a server of its own that listens on a socket in a folder only.

    Yields:
        Its URL for SQLAlchemy, and the log, which has every statement.
    """
    initdb, control = _program("initdb"), _program("pg_ctl")
    # It refuses to run as root.
    user = None if os.geteuid() else next((one for one in ("postgres", "nobody") if _exists(one)), None)
    # Not in pytest's folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="segcore-postgresql-"))
    data, log = folder / "data", folder / "log"
    if user is not None:
        shutil.chown(folder, user)

    def run(*command: str | Path) -> None:
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=60)

    options = f"-F -c listen_addresses='' -c unix_socket_directories='{folder}' -c log_statement=all"
    try:
        run(initdb, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "-D", data)
        run(control, "start", "-w", "-D", data, "-l", log, "-o", options)
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}", log
        finally:
            run(control, "stop", "-m", "immediate", "-D", data)
    finally:
        shutil.rmtree(folder)


def _exists(user: str) -> bool:
    import pwd  # Windows has none

    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


@contextmanager
def kafka(topic: str, values: Sequence[bytes | None]) -> Iterator[str]:
    """Start the broker that librdkafka has for tests, with a topic in it.

    It speaks Kafka's protocol over TCP, with consumer groups and their offsets.

    Yields:
        Its address.
    """
    confluent = pytest.importorskip("confluent_kafka")
    # It lives as long as the producer, in threads of this process.
    producer = confluent.Producer({"test.mock.num.brokers": 1, "log_level": 3})
    for value in values:
        producer.produce(topic, value)
    assert producer.flush(30) == 0
    (broker,) = producer.list_topics(timeout=30).brokers.values()
    yield f"{broker.host}:{broker.port}"
