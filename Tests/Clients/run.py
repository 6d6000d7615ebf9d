#!/usr/bin/env python3
"""Runs the tests with real clients side by side, each against servers of its own.

    run.py [--all]      with the clients that `make test` leaves out, writing what came of them to docs/clients.md

One line for each check, then `N passed, M failed`. `make setup` makes the environments in which the clients are, and
`bash Tests/Clients/setup.sh all` those of all clients; UNDERSTUDY names the built command, .build/debug/understudy
otherwise.
"""
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ENVIRONMENTS = FOLDER.parents[1] / ".venv"

# Script, and the environment of clients it is run in. Those that take longest come first.
TESTS = [
    ("hopx_clients.py", "hopx"),
    ("interchange.py", "autogen-0.2"),
    ("scripted_clients.py", "sdks"),
    ("concurrency.py", "openai-3"),
    ("framework_programs.py", "openai-3"),
    ("tutorial_two_agent.py", "autogen-0.2"),
    ("tutorial_programs.py", "autogen-0.2"),
    ("shim_client.py", "hopx"),
    ("openai_client.py", "autogen-0.2"),
    ("openai_client.py", "openai-3"),
    ("hopx_client.py", "openai-3"),
    ("hopx_sockets.py", "openai-3"),
    ("hopx_webhooks.py", "hopx"),
    ("hopx_kills.py", "contract"),
    ("hopx_contract.py", "contract"),
    ("fidelity.py", "openai-3"),
    ("exec_client.py", "autogen-0.2"),
    ("init_client.py", "contract"),
    ("sdk_recording.py", "sdks"),
    ("http2_upstream.py", "sdks"),
    ("socket_upstream.py", "sdks"),
    ("fault_client.py", "openai-3"),
    ("real_model.py", "openai-3"),
    ("real_model.py", "autogen-0.2"),
]
# Those of make test-clients alone.
FURTHER = [("killed_runs.py", "openai-3")]
# Script → what it is told in addition, to leave no client out.
DOCUMENT = ["--all", "--docs", FOLDER.parents[1] / "docs" / "clients.md"]
ALL = {
    "hopx_contract.py": ["--all"], "framework_programs.py": ["--all"], "hopx_clients.py": DOCUMENT,
    "scripted_clients.py": DOCUMENT}


def run(script, group, arguments):
    python = ENVIRONMENTS / group / "bin" / "python"
    if not python.exists():
        return [f"FAILED there is no {python}: run make setup"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        [python, FOLDER / script, *arguments], env=environment, capture_output=True, text=True, encoding="utf-8")
    lines = [line for line in result.stdout.splitlines() if line.startswith(("ok ", "FAILED "))]
    if not lines or (result.returncode != 0 and not any(line.startswith("FAILED ") for line in lines)):
        lines.append(f"FAILED ended with {result.returncode}: {' '.join(result.stderr.split())[-1000:]}")
    return lines


def main():
    further = ALL if "--all" in sys.argv[1:] else {}
    passed = failed = 0
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        running = {
            pool.submit(run, *test, further.get(test[0], [])): test
            for test in TESTS + (FURTHER if further else [])}
        for finished in as_completed(running):
            script, group = running[finished]
            for line in finished.result():
                verdict, _, what = line.partition(" ")
                passed, failed = passed + (verdict == "ok"), failed + (verdict != "ok")
                print(f"{verdict} {group}/{script.removesuffix('.py')}: {what}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
