#!/usr/bin/env python3
"""Runs the code of every cassette recorded from a sandbox once more, in `understudy sandbox`, and compares.

Each recorded sandbox is made again as it was, its files and variables are set in the recorded order, and every
`POST /execute` must end with the recorded exit code and standard output, to the byte.

    rerun_sandbox_code.py [CASSETTE…]     all under cassettes/ unless some are named
"""
import base64
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from harness import PROJECT, Server, understudy
from json_tree import Object
from read_cassette import documents, read

CREATE, EXECUTE = "POST /v1/sandboxes", "POST /execute"
CHANGES = ("POST /files/", "DELETE /files/remove", "PUT /env", "PATCH /env", "DELETE /env")
DEFAULT_CREATION = b'{"template_name":"code-interpreter","timeout_seconds":300}'


def recorded_calls(path):
    """The HopX calls of a cassette in the order in which they came, each with its sandbox; None if none really ran."""
    content = [document for _, document in documents(path.read_text("utf-8"))[0]]
    origin = content[0].get("services", Object()).get("hopx", Object()).get("from")
    if origin != "sandbox":
        return None
    sandboxes = {int(document.get("interaction")): document.get("sandbox", "1") for document in content[1:]}
    calls = [call for call in read(path)["interactions"] if call["service"] == "hopx" and "response" in call]
    return [(sandboxes[call["interaction"]], call) for call in sorted(calls, key=lambda call: call["interaction"])]


class Rerun:
    """Sandboxes of a running server that stand for the recorded ones."""

    def __init__(self, server: Server):
        self.server = server
        self.made = {}

    def sandbox(self, label, creation=DEFAULT_CREATION):
        """Path prefix and token of a sandbox's agent; it is made when it is first asked for."""
        if label not in self.made:
            key = {"x-api-key": self.server.key("HOPX")}
            status, _, body = self.server.request("POST", "/v1/sandboxes", creation, key, "HOPX")
            assert status == 201, f"no sandbox: {status} {body[:300]}"
            answer = json.loads(body)
            self.made[label] = urlsplit(answer["public_host"]).path.rstrip("/"), answer["auth_token"]
        return self.made[label]

    def send(self, label, call):
        prefix, token = self.sandbox(label)
        method, path = call["operation"].split(" ", 1)
        target = prefix + path + ("?" + call["query"] if call["query"] else "")
        status, _, body = self.server.request(
            method, target, base64.b64decode(call["request"]), {"authorization": f"Bearer {token}"}, "HOPX")
        return status, body


def differences(path, calls):
    """How many pieces of code were run, what came out differently, and how many could not be run here."""
    found, count, left_out = [], 0, 0
    with understudy("sandbox") as server:
        rerun = Rerun(server)
        for label, call in calls:
            if call["operation"] == CREATE:
                rerun.sandbox(label, base64.b64decode(call["request"]))
            elif call["operation"] == EXECUTE:
                count += 1
                status, body = rerun.send(label, call)
                recorded, now = json.loads(base64.b64decode(call["response"]["body"])), json.loads(body)
                if lacks_a_library(now) and not lacks_a_library(recorded):
                    # What comes after it may build on it.
                    left_out += 1
                    break
                found += [
                    f"{path}: interaction {call['interaction']}: {what} was {recorded.get(what)!r}, "
                    f"is now {now.get(what)!r} (status {status})"
                    for what in ("exit_code", "stdout") if recorded.get(what) != now.get(what)]
            elif call["operation"].startswith(CHANGES):
                rerun.send(label, call)
    return count - left_out, found, left_out


def lacks_a_library(result):
    return "ModuleNotFoundError: No module named" in (result.get("stderr") or "")


def main(arguments):
    paths = [Path(argument) for argument in arguments] or sorted((PROJECT / "cassettes").rglob("*.yaml"))
    cassettes = count = incomplete = 0
    failures = []
    for path in paths:
        calls = recorded_calls(path)
        if calls is None:
            continue
        cassettes += 1
        ran, found, left_out = differences(path, calls)
        count, failures, incomplete = count + ran, failures + found, incomplete + left_out
    for failure in failures:
        print("FAILED", failure)
    why = f"; {incomplete} cassettes not to their end, as this machine's Python lacks a library" if incomplete else ""
    print(f"recorded code run again: {count} runs of {cassettes} cassettes, {len(failures)} differences{why}")
    return 1 if failures or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
