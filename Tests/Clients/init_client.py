"""What `understudy init` writes for pytest and for git, with both: positions of each test's own, and cassettes that are merged."""
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from harness import TIMEOUT, UNDERSTUDY, main, understudy

# Asks what the scenario asks, in two steps that only a test's own position plays in order.
TESTS = """
import json
import os
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

SYSTEM = {"role": "system", "content": "You greet people. When you are thanked, say TERMINATE and nothing else."}


def ask(*said):
    names = ["user", "assistant"]
    messages = [{"role": names[i % 2], "name": names[i % 2], "content": text} for i, text in enumerate(said)]
    body = {"model": "gpt-4o", "temperature": 0, "stream": False, "messages": [SYSTEM, *messages]}
    request = Request(
        os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(),
        {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"})
    with urlopen(request) as answer:
        return json.load(answer)["choices"][0]["message"]["content"]


@pytest.mark.cassette("hello")
@pytest.mark.parametrize("way", ["a/b", "a-b", "ä" * 100])
def test_hello(way):
    assert os.environ["OPENAI_API_KEY"].startswith("us-hello.")
    assert ask("Say hello to Ada.") == "Hello, Ada."
    assert ask("Say hello to Ada.", "Hello, Ada.", "Thank you.") == "TERMINATE"
"""
SWALLOWED = """

@pytest.mark.cassette("hello")
def test_swallowed():
    try:
        ask("Say hello to Bob.")
    except HTTPError as error:
        assert error.code == 422
"""
UNMARKED = """

def test_unmarked():
    assert "OPENAI_API_KEY" not in os.environ
"""
# Asks whatever it is told to.
ASK = """
import json
import os
import sys
from urllib.request import Request, urlopen

body = {"model": "gpt-4o", "messages": [{"role": "user", "content": sys.argv[1]}]}
urlopen(Request(
    os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(body).encode(),
    {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"})).read()
"""
ECHO = "understudy: script/1\nrules:\n- reply: {template: 'You said: {{text}}'}\n"


class Begun:
    """A project as `understudy init` leaves it, with a shell's environment in which the command is found."""

    def __init__(self, folder):
        self.folder = Path(folder)
        prefixes = ("OPENAI_", "HOPX_", "GIT_", "PYTEST_")
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith(prefixes) and not name.lower().endswith("_proxy") and name != "CI"}
        self.environment |= {
            "PATH": f"{UNDERSTUDY.parent}:{os.environ['PATH']}", "HOME": folder, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.org"}
        self.run("understudy", "init")

    def run(self, *command, status=0, variables=()):
        result = subprocess.run(
            command, cwd=self.folder, env=self.environment | dict(variables), capture_output=True, text=True,
            encoding="utf-8", timeout=TIMEOUT)
        assert result.returncode == status, (
            f"{command} ended with {result.returncode}: {result.stdout[-3000:]} {result.stderr[-2000:]}")
        return result.stdout + result.stderr

    def pytest(self, tests, *before, **how):
        (self.folder / "test_hello.py").write_text(tests, encoding="utf-8")
        return self.run(*before, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", **how)


@contextmanager
def begun():
    with tempfile.TemporaryDirectory() as folder:
        yield Begun(folder)


def each_test_has_a_position_of_its_own():
    with begun() as here:
        said = here.pytest(TESTS + UNMARKED)
        assert "4 passed" in said, said


def a_test_that_swallows_a_miss_fails():
    with begun() as here:
        said = here.pytest(TESTS + SWALLOWED, status=1)
        assert "3 passed" in said or "4 passed, 1 error" in said, said
        assert "no recording in hello for" in said, said


def tests_without_a_cassette_start_nothing():
    with begun() as here:
        said = here.pytest("import os\n" + UNMARKED, variables={"UNDERSTUDY": "no", "PATH": "/usr/bin:/bin"})
        assert "1 passed" in said, said


def a_server_that_runs_is_used():
    with begun() as here:
        with understudy("serve", "--cassette", "hello", "--used-up", "error", folder=here.folder) as server:
            exports = {name: value for name, value in server.exports.items() if name != "PYTHONPATH"}
            said = here.pytest(TESTS, variables=exports | {"PATH": "/usr/bin:/bin"})
            assert "3 passed" in said, said
        assert server.exit_code == 0, server.errors


def exec_leads_pytest():
    with begun() as here:
        said = here.pytest(TESTS, "understudy", "exec", "--cassette", "hello", "--")
        assert "3 passed" in said and "6 model calls" in said, said
        said = here.pytest(TESTS + SWALLOWED, "understudy", "exec", "--cassette", "hello", "--", status=1)
        assert "no recording in hello for" in said, said


def git_merges_what_two_branches_recorded():
    with begun() as here:
        attributes = (here.folder / ".gitattributes").read_text("utf-8")
        commands = [line.removeprefix("#   ") for line in attributes.splitlines() if line.startswith("#   git config")]
        assert len(commands) == 2, attributes
        (here.folder / "ask.py").write_text(ASK)
        (here.folder / "echo.yaml").write_text(ECHO)
        here.run("git", "init", "-q", "-b", "main")
        for command in commands:
            here.run("sh", "-c", command)
        here.run("git", "add", ".")
        here.run("git", "commit", "-qm", "one")
        kept = here.run("git", "ls-files")
        assert ".understudy" not in kept and "cassettes/hello.yaml" in kept, kept
        for branch, text in (("ours", "Hello from us."), ("theirs", "Hello from them.")):
            here.run("git", "checkout", "-q", "-B", branch, "main")
            here.run(
                "understudy", "exec", "--cassette", "hello", "--mode", "new", "--upstream", "openai=script", "--script",
                "echo.yaml", "--", sys.executable, "ask.py", text)
            here.run("git", "commit", "-qam", branch)
        here.run("git", "merge", "-q", "-m", "both", "ours")
        said = here.run("understudy", "cassette", "verify", "--strict")
        assert "4 interactions" in said, said
        here.run("understudy", "run")
        for text in ("Hello from us.", "Hello from them."):
            here.run("understudy", "exec", "--cassette", "hello", "--", sys.executable, "ask.py", text)


if __name__ == "__main__":
    main(
        each_test_has_a_position_of_its_own, a_test_that_swallows_a_miss_fails, tests_without_a_cassette_start_nothing,
        a_server_that_runs_is_used, exec_leads_pytest, git_merges_what_two_branches_recorded)
