"""What a recording client saw on its socket, a replaying client sees again: status, fields, chunks, resets, byte for byte.

Recorded from a provider whose answers are random by nature, and from a service that sends every body shape there is.
Compared are captures of raw sockets, not what any HTTP library made of them.
"""
import contextlib
import json
import re
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import raw_shapes
from harness import PROJECT, TIMEOUT, main, understudy

CHAT, RESPONSES, MESSAGES = "/v1/chat/completions", "/v1/responses", "/v1/messages"
GEMINI = "/v1beta/models/gemini-test"
TOOL = {"name": "add", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}}
SAYINGS = [
    "hello", "[[unicode]]", "[[refuse]]", "[[length]]", '[[call add {"a": 1}]] [[call add {"a": 2}]]', "[[think]]",
    "[[fail status=429 code=rate_limit_exceeded retry_after_ms=5 times=1]]", "[[fail status=500 times=1]]", "[[html]]",
    "[[malformed]]"]
STREAM_SAYINGS = SAYINGS + ["[[midfail]]", "[[drop after=2]]"]


def provider_requests():
    for stream in (False, True):
        for text in STREAM_SAYINGS if stream else SAYINGS:
            chat = {"model": "test-chat", "messages": [{"role": "user", "content": text}], "stream": stream}
            if "call" in text:
                chat["tools"] = [{"type": "function", "function": TOOL}]
            yield "POST", CHAT, chat
            responses = {"model": "test-chat", "input": text, "stream": stream}
            if "call" in text:
                responses["tools"] = [{"type": "function", **TOOL}]
            yield "POST", RESPONSES, responses
            messages = {"model": "test-claude", "max_tokens": 100, "messages": [{"role": "user", "content": text}], "stream": stream}
            if "call" in text:
                messages["tools"] = [{"name": "add", "input_schema": TOOL["parameters"]}]
            yield "POST", MESSAGES, messages
            contents = {"contents": [{"role": "user", "parts": [{"text": text}]}]}
            if "call" in text:
                contents["tools"] = [{"functionDeclarations": [TOOL]}]
            yield "POST", GEMINI + (":streamGenerateContent?alt=sse" if stream else ":generateContent"), contents
    yield "POST", "/v1/embeddings", {"model": "test-embed", "input": "hi"}
    yield "GET", "/v1/models", None
    # The same request twice: recorded as two, and given back in that order.
    same = {"model": "test-chat", "messages": [{"role": "user", "content": "again"}]}
    yield "POST", CHAT, same
    yield "POST", CHAT, same


def shape_requests():
    for name in raw_shapes.SHAPES:
        yield "POST", f"/to/shapes/{name}", {"shape": name}


def capture(exports, method, path, body):
    """Everything that came on a connection of its own, and whether it ended in a reset."""
    base = urlsplit(exports["OPENAI_BASE_URL"])
    data = json.dumps(body).encode() if body is not None else b""
    key = exports["OPENAI_API_KEY"]
    fields = {"host": base.netloc, "authorization": f"Bearer {key}", "content-type": "application/json"}
    if path.startswith(GEMINI):
        fields = {"host": base.netloc, "x-goog-api-key": key, "content-type": "application/json"}
    if path == MESSAGES:
        fields["anthropic-version"] = "2023-06-01"
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in fields.items())
    received = b""
    with socket.create_connection((base.hostname, base.port), TIMEOUT) as connection:
        connection.sendall(f"{head}content-length: {len(data)}\r\n\r\n".encode() + data)
        try:
            while not ended(received) and (part := connection.recv(1 << 20)):
                received += part
            return received, "ended" if ended(received) else "closed"
        except ConnectionResetError:
            return received, "reset"


def ended(received):
    head, found, rest = received.partition(b"\r\n\r\n")
    if not found:
        return False
    if b"chunked" in head.lower():
        return chunks_ended(rest)
    length = re.search(rb"content-length: *(\d+)", head, re.I)
    return len(rest) >= (int(length[1]) if length else 0)


def chunks_ended(rest):
    while (line := rest.partition(b"\r\n"))[1]:
        size = int(line[0], 16)
        if size == 0:
            return rest.endswith(b"0\r\n\r\n")
        rest = line[2][size + 2 :]
    return False


def captures(exports, requests):
    return [capture(exports, *request) for request in requests]


@contextlib.contextmanager
def provider(*flags):
    with tempfile.NamedTemporaryFile("r") as port_file:
        command = [sys.executable, PROJECT / "Tests" / "Fixtures" / "live_provider.py", "--port", "0", "--speed", "0", *flags]
        with subprocess.Popen([*command, "--port-file", port_file.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                while not (text := Path(port_file.name).read_text()).strip():
                    assert process.poll() is None, "the provider did not start"
                yield f"http://127.0.0.1:{text.strip()}"
            finally:
                process.terminate()


# What a cassette does not keep, or keeps with a stand-in: docs/cassette-format.md, "Headers" and "Redaction".
REPLACED = {
    "set-cookie", "www-authenticate", "openai-organization", "openai-project", "anthropic-organization-id", "cf-ray",
    "x-ms-region", "x-request-id", "request-id", "apim-request-id"}


def without_stand_ins(captured):
    """The capture with the values of replaced fields, and the date, taken out."""
    received, end = captured
    head, found, rest = received.partition(b"\r\n\r\n")
    lines = []
    for line in head.split(b"\r\n"):
        name = line.partition(b":")[0].decode("latin-1").lower()
        if name != "date":
            lines.append(name.encode() if name in REPLACED else line)
    return b"\r\n".join(lines) + found + rest, end


def record_and_replay(requests, flags, hits, must_answer):
    """Records, then replays twice; nobody may be asked again. Of `must_answer` paths there must be good answers."""
    requests = list(requests)
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["serve", "--cassette", "fidelity", "--port", "0"]
        with understudy(*arguments, "--mode", "record", *flags, folder=folder) as recorder:
            recorded = captures(recorder.exports, requests)
        assert recorder.exit_code == 0, f"the recorder ended with {recorder.exit_code}: {recorder.errors}"
        good = {request[1] for request, (received, _) in zip(requests, recorded) if received.startswith(b"HTTP/1.1 200")}
        assert good >= must_answer, f"nothing but errors was recorded of {must_answer - good}"
        asked = hits()
        for _ in range(2):
            with understudy(*arguments, "--used-up", "error", folder=folder) as player:
                replayed = captures(player.exports, requests)
            assert player.exit_code == 0, f"the player ended with {player.exit_code}: {player.errors[-2000:]}"
            for request, before, now in zip(requests, recorded, replayed):
                before, now = without_stand_ins(before), without_stand_ins(now)
                # A reset may overtake what was sent before it: then one is a beginning of the other.
                same = before == now or before[1] == now[1] == "reset" and (
                    before[0].startswith(now[0]) or now[0].startswith(before[0]))
                assert same, f"{request}\nrecorded: {shown(before)}\nreplayed: {shown(now)}"
        assert hits() == asked, f"{hits() - asked} requests went upstream while replaying"


def shown(captured):
    received, end = captured
    return f"{received[:600]!r}… {len(received)} bytes, {end}"


def every_protocol_of_a_random_provider_comes_back_as_it_was():
    with provider() as base:
        def hits():
            with urllib.request.urlopen(f"{base}/__control/hits") as answer:
                return json.load(answer)["hits"]

        flags = []
        for service, path in (("openai", "/v1"), ("anthropic", ""), ("gemini", "")):
            flags += ["--upstream", f"{service}={base}{path}"]
        record_and_replay(
            provider_requests(), flags, hits, {CHAT, RESPONSES, MESSAGES, GEMINI + ":generateContent", GEMINI + ":streamGenerateContent?alt=sse"})


def every_body_shape_comes_back_as_it_was():
    with raw_shapes.serve() as (base, server):
        record_and_replay(shape_requests(), ["--upstream", f"http:shapes={base}"], lambda: server.hits, {"/to/shapes/json"})


if __name__ == "__main__":
    main(every_protocol_of_a_random_provider_comes_back_as_it_was, every_body_shape_comes_back_as_it_was)
