"""Programs on the SDKs of openai, anthropic and google-genai, recorded under `understudy exec` and played twice.

The provider that is recorded is random by nature: what the SDKs return can be equal only if the recording was played,
and the provider counts who asks it. The programs know nothing of `understudy`.
"""
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from fidelity import provider
from harness import PROJECT, TIMEOUT, UNDERSTUDY, main

PROGRAMS = PROJECT / "Tests" / "Clients" / "programs"
# Python with openai 1.109.1.
OLDER_PYTHON = PROJECT / ".venv" / "autogen-0.2" / "bin" / "python"
# The only key that the provider takes. It is in the developer's shell; the programs do not get it.
LIVE_KEY = "live-0123456789abcdef"
LIVE_KEYS = {name: LIVE_KEY for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY")}


class Stage:
    """A folder with the programs, and a provider that they can be recorded from."""

    def __init__(self, folder, provider):
        self.folder = folder
        self.provider = provider
        shutil.copytree(PROGRAMS, folder / "programs")

    def hits(self):
        with urllib.request.urlopen(f"{self.provider}/__control/hits", timeout=TIMEOUT) as answer:
            return json.load(answer)["hits"]

    def record(self, program, python=sys.executable):
        flags = ["--mode", "record"]
        for service, path in (("openai", "/v1"), ("anthropic", ""), ("gemini", "")):
            flags += ["--upstream", f"{service}={self.provider}{path}"]
        values = self.exec(program, python, *flags)
        assert self.hits() >= len(values), f"{self.hits()} requests reached the provider for {len(values)} values"
        return values

    def play(self, program, python=sys.executable):
        before = self.hits()
        values = self.exec(program, python)
        assert self.hits() == before, f"{self.hits() - before} requests reached the provider while playing"
        return values

    def exec(self, program, python, *flags):
        """What the program told, name by name."""
        command = [python, f"programs/{program}.py"]
        result = subprocess.run(
            [UNDERSTUDY, "exec", "--cassette", program, *flags, "--", *command], cwd=self.folder,
            env=self.environment(), capture_output=True, text=True, encoding="utf-8", timeout=TIMEOUT)
        assert result.returncode == 0, f"ended with {result.returncode}: {result.stderr[-3000:]}"
        values = {}
        for line in result.stdout.splitlines():
            values |= json.loads(line)
        return values

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return kept | LIVE_KEYS | {"PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}

    def check_that_the_key_was_not_written(self):
        for path in self.folder.rglob("*"):
            if path.is_file():
                assert LIVE_KEY.encode() not in path.read_bytes(), f"the live key is in {path.relative_to(self.folder)}"


@contextmanager
def stage():
    with provider("--key", LIVE_KEY) as base, tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), base)
        yield stage
        stage.check_that_the_key_was_not_written()


def are_equal(recorded, played, but=()):
    assert list(recorded) == list(played), f"told {list(played)} instead of {list(recorded)}"
    for name in [name for name in recorded if name not in but]:
        value = recorded[name]
        again = played[name]
        assert value == again, f"{name}: {json.dumps(again)[:1000]} instead of {json.dumps(value)[:1000]}"


def recorded_and_played_twice(program, least):
    with stage() as here:
        recorded = here.record(program)
        assert len(recorded) >= least, f"the program told only {list(recorded)}"
        for _ in range(2):
            are_equal(recorded, here.play(program))


def openai_returns_what_was_recorded():
    recorded_and_played_twice("openai_program", 32)


def anthropic_returns_what_was_recorded():
    recorded_and_played_twice("anthropic_program", 23)


def google_genai_returns_what_was_recorded():
    recorded_and_played_twice("gemini_program", 27)


# A stream that breaks off is another error in each of the two SDKs.
BY_SDK = ["raised by it"]


def openai_1_plays_what_openai_3_recorded():
    with stage() as here:
        are_equal(here.record("openai_program"), here.play("openai_program", OLDER_PYTHON), but=BY_SDK)


def openai_3_plays_what_openai_1_recorded():
    with stage() as here:
        are_equal(here.record("openai_program", OLDER_PYTHON), here.play("openai_program"), but=BY_SDK)


def side_by_side(pool, check):
    """The check, begun at once; calling it waits for its end."""
    begun = pool.submit(check)
    return functools.wraps(check)(lambda: begun.result())


if __name__ == "__main__":
    with ThreadPoolExecutor(max_workers=5) as pool:
        checks = (
            openai_returns_what_was_recorded, anthropic_returns_what_was_recorded,
            google_genai_returns_what_was_recorded, openai_1_plays_what_openai_3_recorded,
            openai_3_plays_what_openai_1_recorded)
        main(*[side_by_side(pool, check) for check in checks])
