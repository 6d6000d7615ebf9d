"""What the client tests share: starting the built command, and reporting one line for each check.

A test script defines functions and hands them to `main`; each prints `ok NAME` or `FAILED NAME: why`.
"""
import http.client
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import traceback
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parents[2]
UNDERSTUDY = Path(os.environ.get("UNDERSTUDY", PROJECT / ".build" / "debug" / "understudy")).resolve()
TIMEOUT = 120

sys.path.insert(0, str(PROJECT / "Tests" / "Readers"))


class Server:
    """A running `understudy serve` or `understudy sandbox`, and after its end its exit code and standard error."""

    def __init__(self, arguments, folder=PROJECT, variables=()):
        self.errors = ""
        self.exit_code = None
        self.process = subprocess.Popen(
            [UNDERSTUDY, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", env=self.environment(dict(variables)))
        lines = queue.Queue()
        self.readers = [
            threading.Thread(target=self._read_output, args=(lines,)), threading.Thread(target=self._read_errors)]
        for reader in self.readers:
            reader.start()
        try:
            line = lines.get(timeout=TIMEOUT)
            assert line, "ended before it said where it listens"
            self.exports = json.loads(line)["exports"]
        except (AssertionError, KeyError, ValueError, queue.Empty) as error:
            self.stop(signal.SIGKILL)
            raise AssertionError(f"understudy {' '.join(map(str, arguments))}: {error!r}\n{self.errors}") from None

    def _read_output(self, lines):
        for line in self.process.stdout:
            lines.put(line)
        lines.put("")

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors += line

    def stop(self, signal_number=signal.SIGTERM):
        """Ends it and waits; the exit code says whether there were misses."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        self.exit_code = self.process.wait(TIMEOUT)
        for reader in self.readers:
            reader.join()

    def environment(self, exports):
        """Ours without keys, addresses and proxies of the real services, and with these."""
        prefixes = ("OPENAI_", "AZURE_", "ANTHROPIC_", "GEMINI_", "GOOGLE_", "HOPX_")
        kept = {
            name: value for name, value in os.environ.items()
            if not name.startswith(prefixes) and not name.lower().endswith("_proxy")}
        return kept | {"NO_PROXY": "127.0.0.1,localhost"} | exports

    def key(self, service="OPENAI", position=None):
        key = self.exports[f"{service}_API_KEY"]
        return key if position is None else f"{key}.{position}"

    def request(self, method, path, body=None, headers=(), service="OPENAI", position=None):
        """One plain HTTP request: status, headers and body bytes. The path is counted from the service's base URL."""
        base = urlsplit(self.exports[f"{service}_BASE_URL"])
        connection = http.client.HTTPConnection(base.hostname, base.port, timeout=TIMEOUT)
        try:
            fields = {"authorization": f"Bearer {self.key(service, position)}", "content-type": "application/json"}
            connection.request(method, base.path.rstrip("/") + path, body=body, headers=fields | dict(headers))
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()


@contextmanager
def understudy(*arguments, folder=PROJECT, variables=()):
    server = Server([*arguments, "--format", "json"], folder, variables)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def serving(cassette):
    with understudy("serve", "--cassette", str(cassette), "--port", "0") as server:
        yield server


def main(*checks):
    failed = 0
    for check in checks:
        name = check.__name__.replace("_", " ")
        try:
            check()
            print(f"ok {name}", flush=True)
        except Exception as error:
            failed += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"line {where.lineno} of {Path(where.filename).name}"
            what = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"FAILED {name}: {what} ({place})", flush=True)
    sys.exit(1 if failed else 0)
