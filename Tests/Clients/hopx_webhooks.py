"""Messages about asynchronous executions, sent by real sandboxes, recorded, and sent again when the recording is played.

The program is one that a user could write, with the hopx-ai SDK: it is run while a service is recorded, and then against what was
recorded, each time with a receiver on another port and another secret.
"""
import hmac
import json
import queue
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hopx_ai import Sandbox

from harness import TIMEOUT, main, understudy


class Receiver:
    """Takes messages: each with its path, fields and body. It answers what `statuses` says, then 200."""

    def __init__(self, statuses=()):
        self.messages, self.statuses = queue.Queue(), list(statuses)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.put((self.path, self.headers, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def next(self):
        return self.messages.get(timeout=TIMEOUT)


@contextmanager
def receiving(**options):
    receiver = Receiver(**options)
    thread = threading.Thread(target=receiver.server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        thread.join()
        receiver.server.server_close()


@contextmanager
def sandbox_of(server):
    sandbox = Sandbox.create(
        template="code-interpreter", timeout_seconds=300, api_key=server.key("HOPX"),
        base_url=server.exports["HOPX_BASE_URL"])
    try:
        yield sandbox
    finally:
        sandbox.kill()


def story(server, receiver, secret):
    """What came of three executions: one that goes well, one that fails, and one that ends by what its client does next."""
    said = []
    with sandbox_of(server) as sandbox:
        for place, code in ("/well", "print(6 * 7)"), ("/failing", "import sys\nprint('no', file=sys.stderr)\nsys.exit(3)"):
            url = f"{receiver.url}{place}?n=1"
            answer = sandbox.run_code_async(
                code, callback_url=url, callback_headers={"X-Mine": secret}, callback_signature_secret=secret)
            assert answer["callback_url"] == url, answer
            said.append(checked(receiver.next(), answer, f"{place}?n=1", secret))
        code = "import os, time\nwhile not os.path.exists('/workspace/go'): time.sleep(0.01)\nprint('gone')"
        answer = sandbox.run_code_async(code, callback_url=f"{receiver.url}/waiting")
        # Many that change nothing, so that a message that does not wait would be here.
        for _ in range(20):
            sandbox.get_info()
        assert receiver.messages.empty(), "a message came before what had caused it"
        sandbox.run_code("open('/workspace/go', 'w').close()", timeout=60)
        said.append(checked(receiver.next(), answer, "/waiting", None))
    return said


def checked(received, answer, path, secret):
    """The message, if it is one that its client may trust."""
    where, fields, body = received
    message = json.loads(body)
    assert where == path, where
    assert message["execution_id"] == answer["execution_id"], message
    assert fields["Content-Type"] == "application/json" and int(fields["X-HOPX-Timestamp"]) > 0, fields
    if secret is None:
        assert fields["X-HOPX-Signature"] is None and fields["X-Mine"] is None, fields
    else:
        signature = "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest()
        assert (fields["X-HOPX-Signature"], fields["X-Mine"]) == (signature, secret), fields
    return body


EXPECTED = [("completed", "42\n", 0), ("failed", "", 3), ("completed", "gone\n", 0)]


def told(bodies):
    messages = [json.loads(body) for body in bodies]
    return [(message["status"], message["stdout"], message["exit_code"]) for message in messages]


@contextmanager
def recording(folder, *options, **variables):
    """A server that records the cassette `hooks`, from sandboxes of its own unless told otherwise."""
    options = options or ("--upstream", "hopx=sandbox")
    with understudy(
            "serve", "--mode", "record", "--cassette", "hooks", *options, folder=folder, variables=variables) as server:
        yield server
    assert server.exit_code == 0 and "warning" not in server.errors, server.errors


def recorded_and_played(folder, *options, **variables):
    with receiving() as receiver, recording(folder, *options, **variables) as server:
        live = story(server, receiver, "first-secret")
    assert told(live) == EXPECTED, live
    text = cassette(folder)
    assert text.count("hopx: CALLBACK /execute/async") == 3, text
    assert "first-secret" not in text and "callbacks" not in text, text
    for secret in "second-secret", "third-secret":
        with receiving() as receiver, understudy("serve", "--cassette", "hooks", folder=folder) as server:
            again = story(server, receiver, secret)
        assert server.exit_code == 0 and "warning" not in server.errors, server.errors
        assert again == live, f"{again} instead of {live}"


def cassette(folder):
    return Path(folder, "cassettes", "hooks.yaml").read_text("utf-8")


def messages_of_sandboxes_here_are_recorded_and_sent_again():
    with tempfile.TemporaryDirectory() as folder:
        recorded_and_played(folder)


def messages_of_a_service_on_this_machine_are_recorded_and_sent_again():
    with tempfile.TemporaryDirectory() as folder, understudy("sandbox") as service:
        recorded_and_played(
            folder, "--upstream", f"hopx={service.exports['HOPX_BASE_URL']}", "--upstream-key", "hopx=env:LIVE_KEY",
            LIVE_KEY=service.key("HOPX"))


def one_execution_recorded(folder):
    with receiving() as receiver, recording(folder) as server, sandbox_of(server) as sandbox:
        sandbox.run_code_async("print(1)", callback_url=receiver.url)
        return receiver.next()[2]


def what_goes_on_from_a_recording_sends_each_message_once():
    with tempfile.TemporaryDirectory() as folder:
        first = one_execution_recorded(folder)
        with receiving() as receiver:
            with understudy(
                    "serve", "--mode", "new", "--cassette", "hooks", "--upstream", "hopx=sandbox",
                    folder=folder) as server, sandbox_of(server) as sandbox:
                sandbox.run_code_async("print(1)", callback_url=receiver.url)
                assert receiver.next()[2] == first, "the first is the recorded one"
                sandbox.run_code_async("print(2)", callback_url=receiver.url, callback_signature_secret="secret")
                second = receiver.next()[2]
                assert json.loads(second)["stdout"] == "2\n", second
            assert receiver.messages.empty(), "what was replayed was sent again by the live sandbox"
        assert server.exit_code == 0 and "warning" not in server.errors, server.errors
        assert cassette(folder).count("hopx: CALLBACK /execute/async") == 2, cassette(folder)
        with receiving() as receiver, understudy("serve", "--cassette", "hooks", folder=folder) as server:
            with sandbox_of(server) as sandbox:
                for number, message in (1, first), (2, second):
                    secret = {"callback_signature_secret": "secret"} if number == 2 else {}
                    sandbox.run_code_async(f"print({number})", callback_url=receiver.url, **secret)
                    assert receiver.next()[2] == message
        assert server.exit_code == 0, server.errors


def a_replay_sends_nothing_beyond_this_machine():
    with tempfile.TemporaryDirectory() as folder:
        one_execution_recorded(folder)
        with understudy("serve", "--cassette", "hooks", folder=folder) as server, sandbox_of(server) as sandbox:
            answer = sandbox.run_code_async("print(1)", callback_url="http://hooks.example/x")
            assert answer["status"] == "queued", answer
        assert "--allow-webhook" in server.errors, server.errors


def a_message_that_does_not_arrive_is_told_of():
    with tempfile.TemporaryDirectory() as folder:
        one_execution_recorded(folder)
        with receiving() as receiver:
            url = receiver.url
        # Nobody listens there any more.
        with understudy("serve", "--cassette", "hooks", folder=folder) as server, sandbox_of(server) as sandbox:
            sandbox.run_code_async("print(1)", callback_url=url)
            while "did not arrive" not in server.errors:
                assert server.process.poll() is None
        assert server.exit_code == 0, server.errors


if __name__ == "__main__":
    main(
        messages_of_sandboxes_here_are_recorded_and_sent_again,
        messages_of_a_service_on_this_machine_are_recorded_and_sent_again,
        what_goes_on_from_a_recording_sends_each_message_once,
        a_replay_sends_nothing_beyond_this_machine,
        a_message_that_does_not_arrive_is_told_of,
    )
