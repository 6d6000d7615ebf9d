#!/usr/bin/env python3
"""Requests a second and CPU time of a replayed chat completion, as ratios to a minimal server measured in the same run.

The reference is a bare asyncio protocol that finds the end of a request and writes a fixed answer; it parses nothing.
Both are driven by the same client over kept connections, in turns, and the best of several rounds counts for each.

    replay_rate.py [--requests N] [--connections N] [--rounds N] [--json]
"""
import argparse
import asyncio
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parents[1]
UNDERSTUDY = os.environ.get("UNDERSTUDY", str(PROJECT / ".build" / "release" / "understudy"))
QUESTION = {"model": "gpt-4o", "temperature": 0, "messages": [{"role": "user", "content": "hi"}]}
ANSWER = {
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1763900000, "model": "gpt-4o",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10}}
CASSETTE = f"""---
understudy: cassette/1
name: benchmark
services: {{openai: {{upstream: script, from: script}}}}
...
---
interaction: 1
openai: POST /v1/chat/completions
request: {{body: {json.dumps(QUESTION)}}}
response: {{status: 200, headers: {{content-type: application/json}}, body: {json.dumps(ANSWER)}}}
...
"""


class FixedAnswer(asyncio.Protocol):
    body = json.dumps(ANSWER, separators=(",", ":")).encode()
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body

    def connection_made(self, transport):
        self.transport, self.received = transport, b""

    def data_received(self, data):
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            start = self.received.lower().find(b"content-length:") + len(b"content-length:")
            length = int(self.received[start : self.received.find(b"\r\n", start)])
            if len(self.received) < end + 4 + length:
                return
            self.received = self.received[end + 4 + length :]
            self.transport.write(self.answer)


def serve_reference(ready):
    async def run():
        server = await asyncio.get_running_loop().create_server(FixedAnswer, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def drive(port, path, key, requests, connections):
    body = json.dumps(QUESTION).encode()
    request = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n").encode() + body

    async def one_connection(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"not answered from the cassette: {head.decode('latin-1')}")
            start = head.lower().find(b"content-length:") + len(b"content-length:")
            content = await reader.readexactly(int(head[start : head.find(b"\r\n", start)]))
            if content != FixedAnswer.body:
                raise SystemExit(f"another answer than recorded: {content}")
        writer.close()

    await asyncio.gather(*(one_connection(requests // connections) for _ in range(connections)))


def measured(pid, port, path, key, options):
    """Requests a second, and microseconds of the server's CPU for each."""
    count = options.requests // options.connections * options.connections
    started, cpu = time.perf_counter(), cpu_seconds(pid)
    asyncio.run(drive(port, path, key, count, options.connections))
    used = max(cpu_seconds(pid) - cpu, 1 / os.sysconf("SC_CLK_TCK"))
    return count / (time.perf_counter() - started), used / count * 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    ours, theirs = multiprocessing.Pipe()
    reference = multiprocessing.get_context("fork").Process(target=serve_reference, args=(theirs,), daemon=True)
    reference.start()
    reference_port = ours.recv()
    with tempfile.TemporaryDirectory() as folder:
        cassette = Path(folder) / "benchmark.yaml"
        cassette.write_text(CASSETTE, "utf-8")
        command = [UNDERSTUDY, "serve", "--cassette", str(cassette), "--port", "0", "--format", "json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                exports = json.loads(server.stdout.readline())["exports"]
                base = urlsplit(exports["OPENAI_BASE_URL"])
                places = {
                    "reference": (reference.pid, reference_port, "/v1/chat/completions", "none"),
                    "understudy": (server.pid, base.port, base.path + "/chat/completions", exports["OPENAI_API_KEY"])}
                warm_up = argparse.Namespace(**(vars(options) | {"requests": options.requests // 10}))
                for place in places.values():
                    measured(*place, warm_up)
                rounds = [
                    {name: measured(*place, options) for name, place in places.items()} for _ in range(options.rounds)]
            finally:
                server.send_signal(signal.SIGTERM)
    reference.terminate()

    best = {name: (max(r[name][0] for r in rounds), min(r[name][1] for r in rounds)) for name in places}
    ratio = tuple(ours / theirs for ours, theirs in zip(best["understudy"], best["reference"]))
    if options.json:
        print(json.dumps(best | {"ratio": ratio}))
        return
    print(f"{'':<12}{'requests/s':>12}{'µs of CPU a request':>22}")
    for name, (rate, cpu) in best.items():
        print(f"{name:<12}{rate:>12.0f}{cpu:>22.1f}")
    print(f"{'ratio':<12}{ratio[0]:>12.2f}{ratio[1]:>22.2f}")


if __name__ == "__main__":
    sys.exit(main())
