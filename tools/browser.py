"""Drive Chromium through a pipe, by its DevTools protocol: pages, scripts, windows of any size, pictures."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""Where Chromium is, if it is."""

# A machine that does much else meanwhile still answers within this.
PATIENCE = 60.0


class BrowserError(Exception):
    """A script of a page failed, or the browser did not answer."""


class Page:
    """A page in a browser without a window.

    Args:
        commands: Where Chromium reads commands.
        answers: Where it writes answers and events.
    """

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._number, self._rest, self._session = 0, b"", ""
        self.requests: list[str] = []
        """The address of each request, those of workers included."""
        self.errors: list[str] = []
        """Errors and warnings that the page or its workers logged, such as requests that its
        Content-Security-Policy refused."""
        self.workers: list[str] = []
        """The session of each worker, for `run`."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            self.send(f"{domain}.enable")
        self.send("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=False, flatten=True)

    def send(self, method: str, session: str = "", **params: Any) -> Any:
        """Return the answer to a command of the protocol, in the session of the page or of a worker."""
        self._number += 1
        number = self._number
        self._write(number, session or self._session, method, params)
        while True:
            found = self._next()
            if found.get("id") == number:
                if "error" in found:
                    raise BrowserError(f"{method}: {found['error']['message']}")
                return found["result"]

    def _write(self, number: int, session: str, method: str, params: dict[str, Any]) -> None:
        command: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session:
            command["sessionId"] = session
        data = json.dumps(command).encode() + b"\0"
        while data:
            data = data[os.write(self._commands, data) :]

    def _next(self) -> Any:
        while b"\0" not in self._rest:
            if not select.select([self._answers], [], [], PATIENCE)[0]:
                raise BrowserError(f"the browser said nothing for {PATIENCE:.0f} s")
            read = os.read(self._answers, 1 << 20)
            if not read:
                raise BrowserError("the browser has ended")
            self._rest += read
        message, self._rest = self._rest.split(b"\0", 1)
        found = json.loads(message)
        self._notice(found.get("method"), found.get("params"))
        return found

    def _notice(self, method: str | None, params: Any) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.errors.append(" ".join(str(each.get("value")) for each in params["args"]))
        elif method == "Runtime.exceptionThrown":
            self.errors.append(
                params["exceptionDetails"].get("exception", {}).get("description", "exception")
            )
        elif method == "Target.attachedToTarget":
            # Its events are those of its own session.  Numbers below 0 are nobody's answers.
            for domain in ("Network", "Runtime"):
                self._write(-1, params["sessionId"], f"{domain}.enable", {})
            if params["targetInfo"]["type"] == "worker":
                self.workers.append(params["sessionId"])

    def run(self, script: str, session: str = "") -> Any:
        """Return what a script evaluates to, awaited, in the page or in a worker."""
        options = {"awaitPromise": True, "returnByValue": True}
        found = self.send("Runtime.evaluate", session, expression=script, **options)
        if "exceptionDetails" in found:
            raise BrowserError(found["exceptionDetails"].get("exception", {}).get("description", script))
        return found["result"].get("value")

    def wait(self, condition: str) -> Any:
        """Return what a script evaluates to as soon as that is true."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := self.run(condition):
                return found
            time.sleep(0.02)
        raise BrowserError(f"never true: {condition}")

    def open(self, address: str) -> None:
        """Go to an address, and wait for the page to be loaded."""
        self.send("Page.navigate", url=address)
        self.wait(f"location.href === {json.dumps(address)} && document.readyState === 'complete'")

    def resize(self, width: int, height: int = 900, *, dark: bool = False) -> None:
        """Give the window a size, and the page a colour scheme."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, *, whole: bool = False) -> bytes:
        """Return a picture of the window, or of the whole page, as PNG."""
        found = self.send(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole, **self._clip(whole)
        )
        return base64.b64decode(found["data"])

    def _clip(self, whole: bool) -> dict[str, Any]:
        if not whole:
            return {}
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        return {"clip": {**size, "scale": 1}}


@contextmanager
def browser(executable: str | None = BROWSER) -> Iterator[Page]:
    """Start Chromium, and end it afterwards."""
    if executable is None:
        raise BrowserError("there is no Chromium")
    (commands_out, commands_in), (answers_out, answers_in) = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # Chromium reads commands from descriptor 3 and writes answers to descriptor 4.
        command = (
            'exec "$0" --headless --hide-scrollbars --no-sandbox --disable-gpu --no-first-run '
            '--disable-background-networking --remote-debugging-pipe --user-data-dir="$1" '
            f"3<&{commands_out} 4>&{answers_in}"
        )
        process = subprocess.Popen(
            ["bash", "-c", command, executable, profile],
            pass_fds=(commands_out, answers_in),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands_out)
        os.close(answers_in)
        try:
            yield Page(commands_in, answers_out)
        finally:
            process.kill()
            process.wait()
            os.close(commands_in)
            os.close(answers_out)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine alone, and return the address of its index."""
    handler: Callable[..., SimpleHTTPRequestHandler] = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
