"""The hopx-ai SDK's streams, terminals and watches: against a sandbox, recorded through the proxy, and replayed.

The same program is run three times; each time it has to see the same.
"""
import asyncio
import json
import signal
import tempfile
from pathlib import Path

from hopx_ai import AsyncSandbox, Sandbox
from hopx_ai.errors import AgentError

from harness import main, understudy

CODE = """
import sys, time
print("first", flush=True)
time.sleep(0.3)
print("to stderr", file=sys.stderr)
print("grüße ☕")
raise SystemExit(3)
"""
EVENTS = {"created", "modified", "deleted", "renamed"}


def create(server):
    return Sandbox.create(
        template="code-interpreter", timeout_seconds=300, api_key=server.key("HOPX"),
        base_url=server.exports["HOPX_BASE_URL"])


async def streamed(sandbox, code, **options):
    return [message async for message in sandbox.run_code_stream(code, timeout=60, **options)]


def joined(messages, kind):
    return "".join(message["data"] for message in messages if message["type"] == kind)


async def typed(sandbox):
    """What a terminal showed, and how it ended."""
    shown, code = "", None
    async with await sandbox.terminal.connect() as ws:
        lines = ["echo auth test\n", "stty size\n", "echo $((6 * 7)); tty | cut -c1-8\n", "exit 5\n"]
        await sandbox.terminal.resize(ws, cols=100, rows=30)
        await sandbox.terminal.send_input(ws, lines.pop(0))
        async for message in sandbox.terminal.iter_output(ws):
            if message["type"] == "exit":
                code = message["code"]
                break
            shown += message["data"]
            # Each line is typed when the one before has been answered and the prompt is there.
            if lines and shown.count("$ ") >= 5 - len(lines) and shown.endswith("$ "):
                await sandbox.terminal.send_input(ws, lines.pop(0))
    return shown, code


async def watched(sandbox):
    """Changes that a client's own calls make."""
    seen = []
    ws_client = sandbox._ws_client
    async with await ws_client.connect("/files/watch") as ws:
        await ws_client.send_message(ws, {"action": "watch", "path": "/workspace"})
        # A watch says nothing when it begins; it has begun when it sees this.
        while not seen:
            await asyncio.to_thread(sandbox.files.write, "/workspace/probe.txt", "x")
            try:
                seen.append(await asyncio.wait_for(ws_client.receive_message(ws), 0.5))
            except asyncio.TimeoutError:
                pass
        await asyncio.to_thread(sandbox.files.mkdir, "/workspace/folder")
        while (seen[-1]["path"], seen[-1]["event"]) != ("/workspace/folder", "created"):
            seen.append(await asyncio.wait_for(ws_client.receive_message(ws), 30))
        await asyncio.to_thread(sandbox.files.write, "/workspace/folder/a.txt", "text")
        await asyncio.to_thread(sandbox.files.remove, "/workspace/folder/a.txt")
        while (seen[-1]["path"], seen[-1]["event"]) != ("/workspace/folder/a.txt", "deleted"):
            seen.append(await asyncio.wait_for(ws_client.receive_message(ws), 30))
    assert all(message["type"] == "change" and message["event"] in EVENTS for message in seen), f"{seen}"
    return [(message["path"], message["event"]) for message in seen]


def story(server):
    """All that the sockets say to one program, without what is never the same."""
    with create(server) as sandbox:
        messages = asyncio.run(streamed(sandbox, CODE))
        kinds = [message["type"] for message in messages]
        assert kinds[-2:] == ["result", "complete"], f"{messages}"
        assert messages[-2]["exit_code"] == 3 and messages[-1]["success"] is False, f"{messages}"
        assert joined(messages, "stdout") == "first\ngrüße ☕\n", f"{messages}"
        assert joined(messages, "stderr") == "to stderr\n", f"{messages}"
        kept = asyncio.run(streamed(sandbox, "print(len(open('/workspace/made').read()))", env={"A": "b"}))
        assert kept[-2]["exit_code"] == 1, f"{kept}"
        shell = asyncio.run(streamed(sandbox, "echo one; echo two >&2; exit 4", language="bash"))
        assert (joined(shell, "stdout"), joined(shell, "stderr"), shell[-2]["exit_code"]) == ("one\n", "two\n", 4)
        shown, code = asyncio.run(typed(sandbox))
        for text in ("auth test\r\n", "30 100\r\n", "42\r\n", "/dev/pts"):
            assert text in shown, f"{text!r} is not in {shown!r}"
        assert code == 5, f"{code}"
        return shown


def a_sandbox_streams_and_has_a_terminal():
    with understudy("sandbox") as server:
        story(server)
    assert server.exit_code == 0, f"ended with {server.exit_code}: {server.errors}"


def output_comes_while_the_program_runs():
    code = "import time\nprint('now')\nwhile not __import__('os').path.exists('/workspace/go'):\n    time.sleep(0.01)"

    async def run(sandbox):
        kinds = []
        async for message in sandbox.run_code_stream(code, timeout=60):
            kinds.append(message["type"])
            if message["type"] == "stdout":
                # The program waits for this, and so had not ended.
                await asyncio.to_thread(sandbox.files.write, "/workspace/go", "x")
        return kinds

    with understudy("sandbox") as server, create(server) as sandbox:
        kinds = asyncio.run(run(sandbox))
        assert kinds == ["stdout", "result", "complete"], f"{kinds}"


def changes_of_files_are_seen():
    with understudy("sandbox") as server, create(server) as sandbox:
        asyncio.run(streamed(sandbox, "pass"))
        seen = asyncio.run(watched(sandbox))
        for change in [("/workspace/folder", "created"), ("/workspace/folder/a.txt", "modified")]:
            assert change in seen, f"{change} is not in {seen}"


def a_recording_of_sockets_is_replayed_without_the_sandbox():
    with tempfile.TemporaryDirectory() as folder:
        with understudy("sandbox") as sandbox:
            upstream = f"hopx={sandbox.exports['HOPX_BASE_URL']}"
            arguments = ["serve", "--cassette", "sockets", "--mode", "record", "--port", "0", "--upstream", upstream]
            with understudy(*arguments, folder=folder, variables={"HOPX_API_KEY": sandbox.key("HOPX")}) as server:
                live = story(server)
            assert server.exit_code == 0, f"ended with {server.exit_code}: {server.errors}"
        cassette = Path(folder) / "cassettes" / "sockets.yaml"
        text = cassette.read_text()
        assert "hopx: WS /execute/stream" in text and "hopx: WS /terminal" in text, text[:2000]
        for _ in range(2):
            with understudy("serve", "--cassette", "sockets", "--port", "0", folder=folder) as server:
                replayed = story(server)
            assert server.exit_code == 0, f"ended with {server.exit_code}: {server.errors}"
            assert replayed == live, f"{replayed!r} is not {live!r}"


def other_code_is_a_miss():
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["serve", "--cassette", "sockets", "--mode", "record", "--port", "0", "--upstream", "hopx=sandbox"]
        with understudy(*arguments, folder=folder) as server, create(server) as sandbox:
            asyncio.run(streamed(sandbox, "print(1)"))
        with understudy("serve", "--cassette", "sockets", "--port", "0", folder=folder) as server:
            with create(server) as sandbox:
                messages = asyncio.run(streamed(sandbox, "print(2)"))
                assert messages == [], f"{messages}"
        assert server.exit_code == 1 and "WS /execute/stream" in server.errors, f"{server.exit_code} {server.errors}"


def the_async_client_has_a_terminal_too():
    async def run(server):
        sandbox = await AsyncSandbox.create(
            template="code-interpreter", timeout_seconds=300, api_key=server.key("HOPX"),
            base_url=server.exports["HOPX_BASE_URL"])
        shown, code = "", None
        async with await sandbox.terminal.connect() as ws:
            await sandbox.terminal.send_input(ws, "echo $((40 + 2)); exit 7\n")
            async for message in sandbox.terminal.iter_output(ws):
                if message["type"] == "exit":
                    code = message["code"]
                else:
                    shown += message["data"]
        await sandbox.kill()
        return shown, code

    with understudy("sandbox") as server:
        shown, code = asyncio.run(run(server))
        assert "42\r\n" in shown and code == 7, f"{shown!r} {code}"


def a_wrong_token_is_refused():
    with understudy("sandbox") as server, create(server) as sandbox:
        sandbox._ensure_ws_client()
        sandbox._ws_client.update_jwt_token("guess")
        try:
            asyncio.run(streamed(sandbox, "print(1)"))
            raise AssertionError("it was let in")
        except AgentError as error:
            assert "401" in str(error), f"{error}"


def a_server_ends_in_spite_of_an_open_terminal():
    async def hold(server, sandbox):
        async with await sandbox.terminal.connect() as ws:
            await ws.recv()
            await asyncio.to_thread(server.stop, signal.SIGTERM)

    with understudy("sandbox") as server:
        sandbox = create(server)
        asyncio.run(hold(server, sandbox))
    assert server.exit_code == 0, f"ended with {server.exit_code}: {server.errors}"


main(
    a_sandbox_streams_and_has_a_terminal,
    output_comes_while_the_program_runs,
    changes_of_files_are_seen,
    a_recording_of_sockets_is_replayed_without_the_sandbox,
    other_code_is_a_miss,
    the_async_client_has_a_terminal_too,
    a_wrong_token_is_refused,
    a_server_ends_in_spite_of_an_open_terminal,
)
