"""The hopx-ai SDK against `understudy sandbox`, where code really runs, and against a recorded sandbox.

    hopx_client.py [CASSETTE [OTHER_DATA]]

CASSETTE records one sandbox into which a file was written before code was run; OTHER_DATA is written instead of it.
"""
import base64
import json
import sys
from contextlib import contextmanager
from pathlib import Path

from hopx_ai import HopxError, NotFoundError, Sandbox

from harness import PROJECT, main, serving, understudy
from read_cassette import read

CASSETTES = PROJECT / "Tests" / "Clients" / "cassettes"
RECORDED = Path(sys.argv[1]) if len(sys.argv) > 1 else CASSETTES / "data-in-sandbox.yaml"
OTHER_DATA = sys.argv[2] if len(sys.argv) > 2 else "10\n20\n"


@contextmanager
def sandbox_of(server, **options):
    options = {"template": "code-interpreter", "timeout_seconds": 300} | options
    sandbox = Sandbox.create(api_key=server.key("HOPX"), base_url=server.exports["HOPX_BASE_URL"], **options)
    try:
        yield sandbox
    finally:
        try:
            sandbox.kill()
        except NotFoundError:
            pass  # A check has ended it itself.


@contextmanager
def a_sandbox(**options):
    with understudy("sandbox") as server:
        with sandbox_of(server, **options) as sandbox:
            yield sandbox
    assert server.exit_code == 0, f"sandbox ended with {server.exit_code}: {server.errors}"


def code_is_really_run():
    with a_sandbox() as sandbox:
        result = sandbox.run_code("print(sum(n * n for n in range(1000)))", timeout=60)
        assert (result.stdout, result.exit_code, result.success) == ("332833500\n", 0, True), f"{result}"


def state_is_kept_between_calls():
    with a_sandbox() as sandbox:
        sandbox.run_code("import math\nnumbers = [1, 2, 3]\ndef area(r):\n    return math.pi * r * r", timeout=60)
        result = sandbox.run_code("numbers.append(4)\nprint(numbers, round(area(2), 3))", timeout=60)
        assert result.stdout == "[1, 2, 3, 4] 12.566\n", f"{result}"


def failing_code_is_an_answer():
    with a_sandbox() as sandbox:
        result = sandbox.run_code("print('before')\nprint([1, 2][5])", timeout=60)
        assert result.exit_code == 1 and not result.success and result.stdout == "before\n", f"{result}"
        assert "IndexError: list index out of range" in result.stderr, f"{result.stderr}"
        result = sandbox.run_code("print('still here')", timeout=60)
        assert result.stdout == "still here\n", f"{result}"


def files_pass_both_ways():
    with a_sandbox() as sandbox:
        text = "naïve ☕\n\ttabs and trailing spaces  \n"
        sandbox.files.write("/workspace/in.txt", text)
        assert sandbox.files.read("/workspace/in.txt") == text
        code = "t = open('in.txt').read()\nopen('out.txt', 'w').write(t.upper())\nprint(len(t))"
        result = sandbox.run_code(code, timeout=60)
        assert result.stdout == f"{len(text)}\n", f"{result}"
        assert sandbox.files.read("/workspace/out.txt") == text.upper()
        try:
            sandbox.files.read("/workspace/absent.txt")
            raise AssertionError("read a file that is not there")
        except HopxError as error:
            assert type(error).__name__ == "FileNotFoundError", f"{error!r}"


def variables_reach_the_code():
    with a_sandbox(env_vars={"FIRST": "one"}) as sandbox:
        sandbox.env.update({"SECOND": "two"})
        assert sandbox.env.get("SECOND") == "two"
        result = sandbox.run_code("import os\nprint(os.environ['FIRST'], os.environ['SECOND'])", timeout=60)
        assert result.stdout == "one two\n", f"{result}"


def sandboxes_are_apart():
    with understudy("sandbox") as server, sandbox_of(server) as one, sandbox_of(server) as other:
        one.files.write("/workspace/secret.txt", "x")
        one.run_code("name = 1", timeout=60)
        code = "import os\nprint(os.path.exists('/workspace/secret.txt'), 'name' in globals())"
        result = other.run_code(code, timeout=60)
        assert result.stdout == "False False\n", f"{result}"


def code_that_takes_too_long_is_stopped():
    with a_sandbox() as sandbox:
        try:
            result = sandbox.run_code("while True:\n    pass", timeout=2)
            assert result.exit_code != 0 and not result.success, f"{result}"
        except HopxError as error:
            assert "time" in str(error).lower(), f"{error!r}"


def a_killed_sandbox_is_gone():
    with a_sandbox() as sandbox:
        sandbox.kill()
        try:
            sandbox.get_info()
            raise AssertionError("still there")
        except NotFoundError:
            pass


def other_keys_are_refused():
    with understudy("sandbox") as server:
        headers = {"authorization": "Bearer guess", "x-api-key": "guess"}
        status, _, _ = server.request("POST", "/v1/sandboxes", b'{"template_name":"code-interpreter"}', headers, "HOPX")
        assert status == 401, f"answered {status}"


def recorded_parts():
    """What the recording wrote into its sandbox, the code it then ran, and what that printed."""
    found = {interaction["operation"]: interaction for interaction in read(RECORDED)["interactions"]}
    operations = ("POST /v1/sandboxes", "POST /files/write", "POST /execute")
    create, write, execute = [json.loads(base64.b64decode(found[operation]["request"])) for operation in operations]
    answer = json.loads(base64.b64decode(found["POST /execute"]["response"]["body"]))
    return create, write, execute, answer


def replayed(data):
    """Plays the recording with this data in its file: the server, and the result or the error."""
    create, write, execute, _ = recorded_parts()
    options = {"template": create["template_name"], "timeout_seconds": int(create["timeout_seconds"])}
    with serving(RECORDED) as server, sandbox_of(server, **options) as sandbox:
        sandbox.files.write(write["path"], data, write.get("mode", "0644"))
        try:
            outcome = sandbox.run_code(execute["code"], language=execute["language"], timeout=int(execute["timeout"]))
        except HopxError as error:
            outcome = error
    return server, outcome


def the_same_code_over_the_same_data_is_a_hit():
    _, write, _, answer = recorded_parts()
    server, outcome = replayed(write["content"])
    assert getattr(outcome, "stdout", outcome) == answer["stdout"], f"{outcome!r}"
    assert server.exit_code == 0, f"serve ended with {server.exit_code}: {server.errors}"


def the_same_code_over_other_data_is_a_miss():
    _, write, _, _ = recorded_parts()
    assert write["content"] != OTHER_DATA
    server, outcome = replayed(OTHER_DATA)
    assert isinstance(outcome, HopxError), f"answered {outcome!r}"
    assert "other data" in str(outcome), f"does not say why: {outcome}"
    assert server.exit_code == 1, f"serve ended with {server.exit_code} after a miss"


if __name__ == "__main__":
    main(
        code_is_really_run,
        state_is_kept_between_calls,
        failing_code_is_an_answer,
        files_pass_both_ways,
        variables_reach_the_code,
        sandboxes_are_apart,
        code_that_takes_too_long_is_stopped,
        a_killed_sandbox_is_gone,
        other_keys_are_refused,
        the_same_code_over_the_same_data_is_a_hit,
        the_same_code_over_other_data_is_a_miss,
    )
