"""What the runners of clients' programs share: a program's output, the control API, and reports of earlier checks."""
import functools
import json
import subprocess

from harness import PROJECT, TIMEOUT

# What went wrong with no check in particular.
OF_ALL = "all"


def python_of(group):
    """The Python of an environment of clients."""
    path = PROJECT / ".venv" / group / "bin" / "python"
    assert path.exists(), f"there is no {path}: run make setup, or bash Tests/Clients/setup.sh all"
    return path


def told_by(command, server, exports):
    """What a program told, check by check."""
    environment = server.environment(exports) | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=TIMEOUT)
    told = {}
    for line in result.stdout.splitlines():
        told |= json.loads(line)
    assert result.returncode == 0, f"ended after {list(told)[-1:]}: {result.stderr[-3000:]}"
    return told


def control(server, method, call, session=None, body=None):
    path = f"/_understudy/sessions/{session}/{call}" if session else f"/_understudy/{call}"
    # HopX's base URL is the server's own.
    status, _, answer = server.request(method, path, body and json.dumps(body), service="HOPX")
    assert status == 200, f"{method} {path}: {status} {answer[:500]}"
    return json.loads(answer)


def changes(recorded, played):
    """Check → what was told of it that is not what was recorded."""
    return {
        check: f"{json.dumps(played.get(check))[:1000]} instead of {json.dumps(recorded.get(check))[:1000]}"
        for check in [*recorded, *(check for check in played if check not in recorded)]
        if played.get(check) != recorded.get(check)}


def reported(name, call):
    """The call as a check of this name."""
    check = functools.wraps(call)(lambda: call())
    check.__name__ = name
    return check


def fail(why):
    raise AssertionError(why)


def must_have_ended_with(server, exit_code):
    assert server.exit_code == exit_code, f"ended with {server.exit_code}: {server.errors[-2000:]}"
