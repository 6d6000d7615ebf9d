"""One run with eight jobs is killed a hundred times, at instants that come from a seed, and taken up again each time.

After each kill the store opens, and what was told as done is in it, whole. In the end the run is like one that nobody killed.
"""
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from harness import PROJECT, UNDERSTUDY, main

KILLS, REPETITIONS = 100, 1200
SCENARIOS = ["again", "tutorial/two-agent"]


def project(folder):
    for name in ("scenarios", "cassettes"):
        (folder / name / "tutorial").mkdir(parents=True)
        shutil.copy(PROJECT / name / "tutorial" / "two-agent.yaml", folder / name / "tutorial")
    text = (folder / "scenarios/tutorial/two-agent.yaml").read_text("utf-8")
    again = re.sub(r"(?m)^name: .*$", "name: again\ncassette: tutorial/two-agent", text, count=1)
    (folder / "scenarios/again.yaml").write_text(again, "utf-8")


def understudy(folder, *arguments):
    return subprocess.Popen(
        [UNDERSTUDY, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=os.environ | {"CI": "true", "NO_COLOR": "1"})


def place(line):
    """Which of the plan's attempts a line tells of; None for another line."""
    found = re.match(r"✓ (\S+)#(\d+) ", line)
    return SCENARIOS.index(found[1]) * REPETITIONS + int(found[2]) if found else None


def report(folder, run):
    """The run's attempts as a report tells them, without times and ids, which no two runs share."""
    process = understudy(folder, "show", run, "--format", "json")
    record = json.loads(process.communicate()[0])["run"]
    assert process.returncode == 0 and record["status"] == "passed", record["status"]
    return [
        {name: value for name, value in attempt.items() if name not in ("id", "run", "started_at", "ended_at", "seconds")}
        for attempt in record["attempts"]]


def committed(folder):
    """The attempts that have ended, each with all its entries; raises when the file is not whole."""
    with sqlite3.connect(folder / ".understudy/store.sqlite") as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        torn = store.execute(
            "SELECT count(*) FROM attempt WHERE status = 'passed' AND turns != "
            "(SELECT max(turn) FROM entry WHERE attempt_id = attempt.id)").fetchone()[0]
        assert torn == 0, f"{torn} attempts are not whole"
        return {
            SCENARIOS.index(name) * REPETITIONS + repetition
            for name, repetition in store.execute(
                "SELECT name.text, repetition FROM attempt JOIN name ON name.id = scenario_id WHERE status = 'passed'")}


def a_hundred_kills_lose_nothing_that_was_told_as_done():
    start, draw = time.monotonic(), random.Random(20261126)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project(folder)
        flags = ["run", "--repeat", str(REPETITIONS), "--jobs", "8"]
        told, reached = set(), 0
        for number in range(KILLS):
            process = understudy(folder, *(["run", "--resume", "#killed"] if number else [*flags, "--label", "killed"]))
            wanted = reached + draw.randrange(20)
            for line in process.stdout:
                at = place(line)
                if at is not None:
                    told.add(at)
                    reached = max(reached, at)
                if reached >= wanted:
                    break
            if draw.random() < 0.5:
                time.sleep(draw.random() / 100)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            assert process.returncode == -signal.SIGKILL, "the run was over before it could be killed"
            kept = committed(folder)
            assert told <= kept, f"kill {number}: what was told as done is lost: {sorted(told - kept)}"
        seconds = time.monotonic() - start
        process = understudy(folder, "run", "--resume", "#killed")
        output = process.communicate()[0]
        total = len(SCENARIOS) * REPETITIONS
        assert process.returncode == 0 and f": {total} passed" in output, output[-2000:]
        unbroken = understudy(folder, *flags, "--label", "unbroken")
        unbroken.communicate()
        assert unbroken.returncode == 0
        for ours, theirs in zip(report(folder, "#killed"), report(folder, "#unbroken"), strict=True):
            assert ours == theirs, f"the report is another one: {ours} {theirs}"
        print(f"{KILLS} kills in {seconds:.1f} s, {len(kept)} of {total} attempts had ended at the last")


if __name__ == "__main__":
    main(a_hundred_kills_lose_nothing_that_was_told_as_done)
