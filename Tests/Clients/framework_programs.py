"""The programs of examples/frameworks, on today's frameworks: each is recorded afresh, and played with nobody being asked.

    framework_programs.py [--all]       with those that `make test` leaves out

They know nothing of us. A model that a script plays and a sandbox that runs code stand in while recording; then the fresh
cassette and the one that is shipped both make the program print what it printed. What is stored tells who said and ran what.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness import PROJECT, TIMEOUT, UNDERSTUDY, main
from passes import python_of
from tutorial_programs import upstream

EXAMPLES = Path("examples") / "frameworks"
LIVE = ["--mode", "record", "--upstream", "openai=script", "--upstream", "hopx=sandbox"]


@dataclass
class Program:
    """A program, the environment of clients that it is run in, and what its transcript has to tell."""
    cassette: str
    file: str
    group: str
    # Whoever speaks, in turn; and the tools that are called.
    speakers: list
    tools: list
    # Calls beside the conversation, by who makes them.
    beside: dict
    # What the runs of code print.
    printed: list

    @property
    def folder(self):
        return EXAMPLES / Path(self.file).parent


PROGRAMS = [
    Program(
        "frameworks/autogen", "autogen/calendar_team.py", "sdks",
        ["user", "analyst", "tools", "analyst", "reviewer", "analyst", "tools", "analyst", "reviewer"],
        ["run_python", "run_python"], {"selector": 4}, ["February, March, November\n", "3\n[8]\n"]),
    # No request of these names an agent.
    Program(
        "frameworks/agent-framework", "agent_framework/order_desk.py", "sdks",
        ["user", "agent 1", "tools", "agent 1", "tools", "agent 1", "agent 2"], ["find_order", "track_parcel"], {}, []),
    Program(
        "frameworks/langgraph", "langgraph/trip_planner.py", "frameworks",
        ["user", "program", "tools", "program", "tools", "program"],
        ["travel_time", "chance_of_rain", "chance_of_rain"], {}, []),
]


class Workshop:
    """A project of its own with the programs and their cassettes, and no way to the real services."""

    def __init__(self, folder, address):
        self.folder = Path(folder)
        shutil.copytree(PROJECT / EXAMPLES, self.folder / EXAMPLES)
        shutil.copytree(PROJECT / "cassettes" / "frameworks", self.folder / "cassettes" / "frameworks")
        self.environment = {name: value for name, value in os.environ.items() if name != "CI"} | {
            "OPENAI_BASE_URL": f"{address}/v1", "HOPX_BASE_URL": address, "HTTPS_PROXY": address, "HTTP_PROXY": address,
            "OPENAI_API_KEY": "sk-real-0123456789", "HOPX_API_KEY": "hopx_live_real.0123456789"}

    def understudy(self, *arguments):
        result = subprocess.run(
            [UNDERSTUDY, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True,
            encoding="utf-8", timeout=TIMEOUT)
        assert result.returncode == 0, (
            f"{' '.join(map(str, arguments))} ended with {result.returncode}: "
            f"{result.stdout[-1500:]} {result.stderr[-3000:]}")
        return result.stdout

    def play(self, program, *flags):
        """What the program prints."""
        return self.understudy(
            "exec", "--cassette", program.cassette, *flags, "--", python_of(program.group), EXAMPLES / program.file)

    def record(self, program):
        (self.folder / "cassettes" / f"{program.cassette}.yaml").unlink()
        return self.play(program, *LIVE, "--script", program.folder / "answers.yaml")

    def entries(self):
        """What the latest run tells."""
        return json.loads(self.understudy("show", "latest", "--format", "json"))["attempts"][0]["transcript"]["entries"]


@contextmanager
def workshop():
    with tempfile.TemporaryDirectory() as folder, upstream() as (address, hits):
        yield Workshop(folder, address)
        assert not hits, f"the real services were asked: {hits}"


def must_tell(program, entries):
    messages = [entry for entry in entries if entry["kind"] == "message"]
    speakers = [entry["speaker"] for entry in messages]
    assert speakers == program.speakers, f"{speakers} spoke"
    assert [entry["turn"] for entry in messages] == list(range(1, len(messages) + 1)), f"turns of {messages}"
    tools = [call["name"] for entry in messages for call in entry.get("tool_calls") or []]
    assert tools == program.tools, f"{tools} were called"
    askers = [entry["agent"] for entry in entries if entry["kind"] == "llm_call"]
    beside = {name: askers.count(name) for name in askers if name not in program.speakers}
    assert beside == program.beside, f"{beside} asked beside the conversation"
    printed = [entry["stdout"] for entry in entries if entry["kind"] == "code_run"]
    assert printed == program.printed, f"{printed} was printed"


def goes_as_it_was_recorded(program):
    with workshop() as shop:
        shipped = shop.play(program)
        must_tell(program, shop.entries())
        recorded = shop.record(program)
        must_tell(program, shop.entries())
        played = shop.play(program)
        must_tell(program, shop.entries())
        shop.understudy("diff", "latest~1", "latest")
        assert recorded == played == shipped != "", f"recorded {recorded!r}, played {played!r}, shipped {shipped!r}"


def requires_what_it_is_tested_with(program):
    tested = (PROJECT / "Tests" / "Clients" / f"{program.group}.txt").read_text("utf-8").splitlines()
    required = (PROJECT / program.folder / "requirements.txt").read_text("utf-8").splitlines()
    others = [line for line in required if not line.startswith("#") and line not in tested]
    assert not others, f"{others} is not what {program.group}.txt has"


def checks(program):
    for body in (goes_as_it_was_recorded, requires_what_it_is_tested_with):
        def check(body=body):
            body(program)

        check.__name__ = f"{program.cassette} {body.__name__}"
        yield check


if __name__ == "__main__":
    chosen = [program for program in PROGRAMS if program.group != "frameworks" or "--all" in sys.argv[1:]]
    main(*(check for program in chosen for check in checks(program)))
