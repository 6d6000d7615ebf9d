"""The hopx-ai SDK against `understudy sandbox`, where code really runs, and against a recorded sandbox.

    hopx_client.py [CASSETTE [OTHER_DATA]]

CASSETTE records one sandbox into which a file was written before code was run; OTHER_DATA is written instead of it.
"""
import asyncio
import base64
import hmac
import json
import queue
import sys
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hopx_ai import AsyncSandbox, HopxError, NotFoundError, Sandbox

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


def processes_run_in_the_background_and_are_killed():
    with a_sandbox() as sandbox:
        started = sandbox.run_code_background("import time\ntime.sleep(300)", name="waiting")
        names = {process["name"]: process["status"] for process in sandbox.list_processes()}
        assert names == {"waiting": "running"}, f"{names}"
        sandbox.kill_process(started["process_id"])
        statuses = [process["status"] for process in sandbox.list_processes()]
        assert statuses == ["killed"], f"{statuses}"


def asynchronous_code_sends_a_signed_message():
    messages = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            messages.put((self.headers, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    try:
        with a_sandbox() as sandbox:
            answer = sandbox.run_code_async(
                "print(6 * 7)", callback_url=f"http://127.0.0.1:{receiver.server_port}/done",
                callback_headers={"X-Mine": "m"}, callback_signature_secret="secret")
            headers, body = messages.get(timeout=60)
            message = json.loads(body)
            assert (message["status"], message["stdout"], message["exit_code"]) == ("completed", "42\n", 0), message
            assert message["execution_id"] == answer["execution_id"]
            signature = "sha256=" + hmac.new(b"secret", body, "sha256").hexdigest()
            assert (headers["X-HOPX-Signature"], headers["X-Mine"]) == (signature, "m")
            try:
                sandbox.run_code_async("print(1)", callback_url="http://example.com/")
                raise AssertionError("a message may go anywhere")
            except HopxError as error:
                assert "--allow-webhook" in str(error), f"{error!r}"
    finally:
        receiver.shutdown()


def what_the_agent_tells_of_itself_is_read():
    with a_sandbox() as sandbox:
        sandbox.run_code("print(1)", timeout=60)
        assert sandbox.get_metrics_snapshot()["total_executions"] == 1
        assert sandbox.get_agent_info()["vm_id"] == sandbox.sandbox_id
        assert sandbox.get_jupyter_sessions() == []
        assert sandbox.cache.stats()["cache"]["size"] == 0
        assert sandbox.get_preview_url(8080).startswith("https://8080-")
        token = sandbox.get_token()
        sandbox.refresh_token()
        assert sandbox.get_token() != token
        try:
            sandbox.desktop.start_vnc()
            raise AssertionError("there is no desktop")
        except HopxError as error:
            assert type(error).__name__ == "DesktopNotAvailableError", f"{error!r}"


def the_asynchronous_client_finds_its_processes_and_templates():
    async def story(server):
        options = {"api_key": server.key("HOPX"), "base_url": server.exports["HOPX_BASE_URL"]}
        names = [template.name for template in await AsyncSandbox.list_templates(**options)]
        assert "code-interpreter" in names, f"{names}"
        async with await AsyncSandbox.create(template="code-interpreter", timeout_seconds=300, **options) as sandbox:
            started = await sandbox.run_code_background("import time\ntime.sleep(300)")
            found = [process["process_id"] for process in await sandbox.list_processes()]
            assert found == [started["process_id"]], f"{found}"
            await sandbox.kill_process(started["process_id"])
            assert [process["status"] for process in await sandbox.list_processes()] == ["killed"]

    with understudy("sandbox") as server:
        asyncio.run(story(server))


def rules_say_what_code_does():
    script = """understudy: script/1
sandbox:
- when: {code: {contains: prime}, language: python}
  reply: {stdout: "24133\\n", files: {primes.txt: "2 3 5"}, rich: {html: <b>primes</b>}}
- when: {command: {matches: "^pip install"}}
  reply: {stderr: no network, exit_code: 1}
"""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "numbers.yaml").write_text(script, "utf-8")
        with understudy("serve", "--mode", "script", "--script", "numbers.yaml", folder=folder) as server:
            with sandbox_of(server) as sandbox:
                result = sandbox.run_code("print(prime(100))", timeout=60)
                assert (result.stdout, result.exit_code) == ("24133\n", 0), f"{result}"
                assert [output.type.value for output in result.rich_outputs] == ["text/html"], f"{result}"
                assert sandbox.files.read("/workspace/primes.txt") == "2 3 5"
                assert sandbox.commands.run("pip install numpy").exit_code == 1
                try:
                    sandbox.run_code("print('else')", timeout=60)
                    raise AssertionError("code without a rule was answered")
                except HopxError as error:
                    assert "numbers.yaml:3:3" in str(error), f"{error!r}"


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
        processes_run_in_the_background_and_are_killed,
        asynchronous_code_sends_a_signed_message,
        what_the_agent_tells_of_itself_is_read,
        the_asynchronous_client_finds_its_processes_and_templates,
        rules_say_what_code_does,
        the_same_code_over_the_same_data_is_a_hit,
        the_same_code_over_other_data_is_a_miss,
    )
