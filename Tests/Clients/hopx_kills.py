"""Processes in the background are killed with all that they have started, whatever language they are in and by each route.

Seen from inside the sandbox, and from outside: by the process list of this machine. Languages that a sandbox here cannot run are
left out, and named.
"""
import http.client
import json
import random
import time
from pathlib import Path
from urllib.parse import urlsplit

from harness import TIMEOUT, main, understudy

# Each starts a sleep of its own and waits; {n} is for how long, by which it is found.
PROGRAMS = {
    "python": "import subprocess\nsubprocess.run(['sleep', '{n}'])",
    "bash": "setsid sleep {n} & wait",
    "sh": "sleep {n}",
    "javascript": "require('child_process').spawn('sleep', ['{n}']); setInterval(() => {}, 1000)",
    "typescript": """import { spawn } from 'node:child_process'
const seconds: string = '{n}'
spawn('sleep', [seconds])
setInterval(() => {}, 1000)""",
    "go": """package main

import "os/exec"

func main() { exec.Command("sleep", "{n}").Run() }
""",
}
ROUTES = [("POST", "/execute/kill/{id}"), ("DELETE", "/execute/kill?process_id={id}"), ("POST", "/processes/{id}/kill")]


class Agent:
    """Plain requests to a new sandbox."""

    def __init__(self, server):
        body = b'{"template_name": "code-interpreter", "timeout_seconds": 600}'
        status, _, answer = server.request(
            "POST", "/v1/sandboxes", body, {"x-api-key": server.key("HOPX")}, service="HOPX")
        assert status == 201, answer
        sandbox = json.loads(answer)
        self.address, self.token = urlsplit(sandbox["public_host"]), sandbox["auth_token"]

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=TIMEOUT)
        try:
            fields = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
            connection.request(method, self.address.path + path, body and json.dumps(body), fields)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def inside(self):
        """The command lines in the sandbox."""
        script = "for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done 2>/dev/null"
        _, answer = self.ask("POST", "/commands/run", {"command": script})
        return answer["stdout"].splitlines()


def outside():
    """The command lines on this machine."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            pass


def is_asleep(lines, marker):
    return any(line.strip() == marker for line in lines)


def languages_of(server):
    _, _, answer = server.request(
        "GET", "/v1/templates/code-interpreter", headers={"x-api-key": server.key("HOPX")}, service="HOPX")
    features = " ".join(json.loads(answer)["features"]).lower().split()
    return [name for name in PROGRAMS if name in features or name == "sh"]


def every_route_kills_every_language():
    with understudy("sandbox") as server:
        languages = languages_of(server)
        print("left out:", ", ".join(sorted(PROGRAMS.keys() - languages)) or "none")
        agent = Agent(server)
        before = sorted(agent.inside())
        for language in languages:
            for method, route in ROUTES:
                # No other program on this machine sleeps for so long.
                seconds = str(random.randrange(10**8, 10**9))
                marker = f"sleep {seconds}"
                code = PROGRAMS[language].replace("{n}", seconds)
                status, started = agent.ask(
                    "POST", "/execute/background", {"code": code, "language": language, "timeout": 300})
                assert status == 200, started
                deadline = time.monotonic() + TIMEOUT
                while not is_asleep(outside(), marker):
                    assert time.monotonic() < deadline, f"{language}: {agent.ask('GET', '/execute/processes')}"
                assert is_asleep(agent.inside(), marker), language
                where = route.replace("{id}", started["process_id"])
                status, killed = agent.ask(method, where)
                assert status == 200 and killed["success"], killed
                assert not is_asleep(outside(), marker), f"{language}: still there after {method} {route}"
                assert sorted(agent.inside()) == before, f"{language}: {agent.inside()} after {method} {route}"
                for path in "/execute/processes", "/processes":
                    listed = agent.ask("GET", path)[1]["processes"]
                    status = [one["status"] for one in listed if one["process_id"] == started["process_id"]]
                    assert status == ["killed"], f"{language}: {status} in {path}"


if __name__ == "__main__":
    main(every_route_kills_every_language)
