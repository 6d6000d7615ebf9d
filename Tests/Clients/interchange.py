"""The tutorial's programs and the scenarios of the same names are one thing: each plays what the other recorded.

Every program is recorded under `exec` with a scripted model and a real sandbox, and replayed without anybody being asked. The
same cassette then plays the scenario, which tells the same story entry for entry, as far as requests show it.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import yaml

from harness import PROJECT, TIMEOUT, UNDERSTUDY, main
from tutorial_programs import upstream

LIVE = ["--mode", "record", "--upstream", "openai=script", "--upstream", "hopx=sandbox"]


class Workshop:
    """A project of its own with the tutorial's programs and scenarios, and no way to the real services."""

    def __init__(self, folder, address):
        self.folder = Path(folder)
        for name in ("examples", "scenarios", "cassettes"):
            shutil.copytree(PROJECT / name / "tutorial", self.folder / name / "tutorial")
        self.variables = {
            "OPENAI_BASE_URL": f"{address}/v1", "HOPX_BASE_URL": address, "HTTPS_PROXY": address, "HTTP_PROXY": address,
            "OPENAI_API_KEY": "sk-real-0123456789", "HOPX_API_KEY": "hopx_live_real.0123456789"}

    def run(self, *arguments):
        environment = {name: value for name, value in os.environ.items() if name != "CI"} | self.variables
        result = subprocess.run(
            [UNDERSTUDY, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True,
            encoding="utf-8", timeout=TIMEOUT)
        assert result.returncode == 0, (
            f"{' '.join(map(str, arguments))} ended with {result.returncode}: {result.stdout[-2000:]} {result.stderr[-3000:]}")
        return result.stdout

    def program(self, name, *flags):
        """Runs a program, with what the scenario lets go wrong."""
        faults = self.part(name, "faults")
        if faults:
            flags += ("--faults", faults)
        program = f"examples/tutorial/{name.replace('-', '_')}.py"
        self.run("exec", "--cassette", f"tutorial/{name}", *flags, "--", sys.executable, program)

    def part(self, name, key):
        """The scenario's script or faults as a file of their own; None when it has none."""
        scenario = yaml.safe_load((self.folder / "scenarios" / "tutorial" / f"{name}.yaml").read_text("utf-8"))
        if key not in scenario:
            return None
        path = self.folder / f"{name}.{key}.yaml"
        content = {"script": scenario.get("script"), "faults": {"faults": scenario.get("faults")}}[key]
        header = {"script": "script/1", "faults": "faults/1"}[key]
        path.write_text(yaml.safe_dump({"understudy": header} | content, sort_keys=False), "utf-8")
        return path

    def latest(self):
        return json.loads(self.run("show", "latest", "--format", "json"))["attempts"][0]["id"]

    def differences(self, before, after):
        """What `diff` finds between two attempts, as seen on the wire; raises when it finds anything."""
        self.run("diff", "--wire", f"attempt:{before}", f"attempt:{after}")


@contextmanager
def workshop():
    with tempfile.TemporaryDirectory() as folder, upstream() as (address, hits):
        yield Workshop(folder, address)
        assert not hits, f"the real services were asked: {hits}"


def interchange(name):
    with workshop() as shop:
        shop.run("run", f"tutorial/{name}")
        native = shop.latest()
        # What the scenario recorded plays the program.
        shop.program(name)
        shop.differences(native, shop.latest())
        if not sandboxes_have(name):
            return
        # What the program records plays the program and the scenario.
        (shop.folder / "cassettes" / "tutorial" / f"{name}.yaml").unlink()
        shop.program(name, *LIVE, "--script", shop.part(name, "script"))
        recorded = shop.latest()
        shop.program(name)
        shop.differences(recorded, shop.latest())
        shop.run("run", "--all-played", f"tutorial/{name}")
        shop.differences(recorded, shop.latest())


def check(name):
    def test():
        interchange(name)

    test.__name__ = f"{name.replace('-', '_')}_is_one_story_as_a_program_and_as_a_scenario"
    return test


# Scenario → the libraries that its code imports in the sandbox.
LIBRARIES = {"tools": "pandas, seaborn", "complete": "pandas, seaborn"}


def sandboxes_have(name):
    """Whether the system's Python has what a scenario's code needs; says so when it is left out for that."""
    libraries = LIBRARIES.get(name)
    if not libraries:
        return True
    found = subprocess.run(["/usr/bin/python3", "-c", f"import {libraries}"], capture_output=True).returncode == 0
    if not found:
        print(f"{name} is not recorded again: there is no {libraries} here", file=sys.stderr)
    return found


NAMES = ["two-agent", "persistent", "group-chat", "pipeline", "tools", "robust", "complete"]

if __name__ == "__main__":
    main(*map(check, NAMES))
