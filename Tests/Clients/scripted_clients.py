"""Today's clients and one script: answered by it, recorded from it, and played from that recording.

    scripted_clients.py [--all] [--only CLIENT] [--docs FILE]

Each client is a program in scripted/ that knows nothing of `understudy`, and has a session of its own. What it tells
must be what is expected, the same when recorded and when played, and no request may miss. `--all` runs the clients that
`make test` leaves out too; `--docs` writes what came of it into a document.
"""
import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "scripted"))

from expected import CLIENTS, expected, expected_of_unknown, problems  # noqa: E402
from harness import PROJECT, main, understudy  # noqa: E402
from passes import OF_ALL, changes, control, fail, must_have_ended_with, python_of, reported, told_by  # noqa: E402
from scripted_document import document  # noqa: E402
from sections import write_section  # noqa: E402

PROGRAMS = PROJECT / "Tests" / "Clients" / "scripted"
SCRIPT = PROGRAMS / "answers.yaml"
LLM_SERVICES = ("openai", "anthropic", "gemini")


class Stage:
    """A folder with the cassettes of all clients, and what went wrong so far."""

    def __init__(self, folder):
        self.folder = folder
        # Client and step → check → what is wrong with it. A step that broke off is absent.
        self.found = {}


def run(client, server, key, *arguments):
    """What the program told, check by check."""
    exports = {name: key if name.endswith("_API_KEY") else value for name, value in server.exports.items()}
    return told_by([python_of(client.group), PROGRAMS / client.program, *arguments], server, exports)


def break_connections(client, server, session=None):
    """The first request of each protocol that the client speaks is to be reset."""
    turns = {}
    for protocol in client.protocols.values():
        turns[protocol.service] = turns.get(protocol.service, 0) + 1
        control(server, "POST", "faults", session, {
            "service": protocol.service, "turn": turns[protocol.service], "drop": True})


def must_be_empty(stage, client, step, found):
    stage.found[client.name, step] = found
    assert not found, "; ".join(f"{check}: {what}" for check, what in found.items())


def is_answered_by_the_script(stage, client, server):
    break_connections(client, server, client.name)
    found = problems(expected(client), run(client, server, f"us-{client.name}"))
    if misses := control(server, "GET", "status", client.name)["misses"]:
        found[OF_ALL] = f"missed {misses}"
    must_be_empty(stage, client, "scripted", found)


def is_recorded_from_the_script(stage, client):
    flags = [part for service in LLM_SERVICES for part in ("--upstream", f"{service}=script")]
    arguments = ["serve", "--mode", "record", "--cassette", client.name, "--port", "0", "--script", SCRIPT, *flags]
    with understudy(*arguments, folder=stage.folder) as server:
        break_connections(client, server)
        told = run(client, server, server.key())
    found = problems(expected(client), told)
    if server.exit_code != 0:
        found[OF_ALL] = f"the recorder ended with {server.exit_code}: {server.errors}"
    must_be_empty(stage, client, "recorded", found)
    (stage.folder / f"{client.name}.json").write_text(json.dumps(told))


def plays_what_was_recorded(stage, client, server):
    recorded = json.loads((stage.folder / f"{client.name}.json").read_text())
    break_connections(client, server, client.name)
    played = run(client, server, f"us-{client.name}")
    found = changes(recorded, played)
    status = control(server, "GET", "status", client.name)
    if status["misses"] or status["not_played"]:
        found[OF_ALL] = f"missed {status['misses']}, and did not ask for {status['not_played']}"
    must_be_empty(stage, client, "played", found)


def says_that_there_is_no_answer(stage, client, server):
    told = run(client, server, f"us-{client.name}", "unknown")
    found = problems(expected_of_unknown(client), told)
    misses = control(server, "GET", "status", client.name)["misses"]
    if len(misses) != len(client.protocols):
        found[OF_ALL] = f"missed {len(misses)} times"
    must_be_empty(stage, client, "unknown", found)


def side_by_side(pool, step, stage, clients, *servers):
    """The step for each client, all at once; what to report of them, when all have ended."""
    begun = [(client, pool.submit(step, stage, client, *servers)) for client in clients]
    wait([future for _, future in begun])
    return [reported(f"{client.name} {step.__name__}", future.result) for client, future in begun]


def perform(stage, clients):
    """All steps in their order; what to report of them."""
    reports = []
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:

        def served(exit_code, steps, chosen, *arguments):
            """The steps, one after the other, against a server that all clients share."""
            try:
                with understudy("serve", "--port", "0", *arguments, folder=stage.folder) as server:
                    for step in steps:
                        reports.extend(side_by_side(pool, step, stage, chosen, server))
            except AssertionError as error:
                why = str(error)
                reports.append(reported(f"serve {' '.join(map(str, arguments))}", lambda: fail(why)))
                return
            reports.append(reported(
                f"the server ends with {exit_code}", lambda: must_have_ended_with(server, exit_code)))

        served(
            0, [is_answered_by_the_script], clients, "--mode", "script", "--cassette", "scripted", "--script", SCRIPT)
        reports.extend(side_by_side(pool, is_recorded_from_the_script, stage, clients))
        recorded = [client for client in clients if (stage.folder / f"{client.name}.json").exists()]
        if recorded:
            served(
                1, [plays_what_was_recorded, says_that_there_is_no_answer], recorded, "--cassette", recorded[0].name,
                "--used-up", "error")
    return reports


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="also the clients that `make test` leaves out")
    parser.add_argument("--only", metavar="CLIENT", help="this client alone")
    parser.add_argument("--docs", metavar="FILE", type=Path, help="write what came of it there")
    options = parser.parse_args()
    if options.docs and options.only:
        parser.error("--docs is about all clients, --only about one")
    chosen = [
        client for client in CLIENTS
        if (client.name == options.only if options.only else client.quick or options.all)]
    with tempfile.TemporaryDirectory() as temporary:
        stage = Stage(Path(temporary))
        reports = perform(stage, chosen)
        if options.docs:
            write_section(options.docs, "", document(stage, chosen))
    main(*reports)
