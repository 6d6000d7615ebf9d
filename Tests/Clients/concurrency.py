"""Many sessions at once, over raw sockets.

The same script gives the same bytes however its requests overlap, and no session plays at the position of another.
"""
import asyncio
import json
import random
from collections import deque
from urllib.parse import urlsplit

from harness import PROJECT, main, serving, understudy

SCRIPT = PROJECT / "Tests" / "Clients" / "scripted" / "busy.yaml"
CASSETTE = PROJECT / "Tests" / "Clients" / "cassettes" / "retry.yaml"
SESSIONS, CONNECTIONS, REQUESTS, RUNS = 8, 32, 1000, 3
PARALLEL = 64


class Connection:
    """One connection that is kept alive."""

    def __init__(self, server):
        self.base = urlsplit(server.exports["HOPX_BASE_URL"])

    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection(self.base.hostname, self.base.port)
        return self

    async def __aexit__(self, *_):
        self.writer.close()
        await self.writer.wait_closed()

    async def post(self, path, key, body):
        """The answer's bytes as they came, but for the date."""
        data = json.dumps(body).encode()
        # Each service takes one of them.
        fields = {
            "host": self.base.netloc, "authorization": f"Bearer {key}", "x-goog-api-key": key,
            "anthropic-version": "2023-06-01", "content-type": "application/json", "content-length": str(len(data))}
        head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.writer.write(head.encode() + b"\r\n" + data)
        await self.writer.drain()
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"date:")]
        answer = {line.partition(b":")[0].lower(): line.partition(b":")[2].strip() for line in lines[1:]}
        if b"content-length" in answer:
            body = await self.reader.readexactly(int(answer[b"content-length"]))
        else:
            body = await self.chunks()
        return b"\r\n".join(lines) + body

    async def chunks(self):
        body = b""
        while True:
            line = await self.reader.readline()
            part = await self.reader.readexactly(int(line, 16) + 2)
            body += part[:-2]
            if line == b"0\r\n":
                return body


def chat(text, stream=False):
    return "/v1/chat/completions", {
        "model": "gpt-4o", "messages": [{"role": "user", "content": text}], "stream": stream}


def responses(text, stream=False):
    return "/v1/responses", {"model": "gpt-4o", "input": text, "stream": stream}


def messages(text, stream=False):
    return "/v1/messages", {
        "model": "claude-test", "max_tokens": 100, "messages": [{"role": "user", "content": text}], "stream": stream}


def gemini(text, stream=False):
    verb = "streamGenerateContent?alt=sse" if stream else "generateContent"
    return f"/v1beta/models/gemini-test:{verb}", {"contents": [{"role": "user", "parts": [{"text": text}]}]}


PROTOCOLS = (chat, responses, messages, gemini)


def requests_of_a_session():
    """Every protocol, streamed or not; each fifth request says what the one before it said."""
    kinds = [(protocol, stream) for protocol in PROTOCOLS for stream in (False, True)]
    requests = []
    for number in range(REQUESTS // SESSIONS):
        protocol, stream = kinds[number // 5 % len(kinds)]
        asked = number - 1 if number % 5 == 4 else number
        requests.append(protocol(f"Question {asked} of many words, so that a stream has many parts.", stream))
    return requests


async def busy_run(server, seed):
    """Session → all of its answers, sorted, after its requests overlapped in an order that the seed gives."""
    order = random.Random(seed)
    waiting, answers = {}, {}
    for session in range(SESSIONS):
        requests = requests_of_a_session()
        order.shuffle(requests)
        waiting[session], answers[session] = deque(requests), []

    async def work(session):
        async with Connection(server) as connection:
            while waiting[session]:
                path, body = waiting[session].popleft()
                answer = await connection.post(path, f"us-busy-{session}", body)
                answers[session].append((path, json.dumps(body), answer))

    await asyncio.gather(*[work(number % SESSIONS) for number in range(CONNECTIONS)])
    return {session: sorted(came) for session, came in answers.items()}


def scripting():
    return understudy("serve", "--mode", "script", "--cassette", "busy", "--script", SCRIPT, "--port", "0")


def a_script_gives_each_session_the_same_bytes_in_every_run():
    runs = []
    for seed in range(RUNS):
        with scripting() as server:
            runs.append(asyncio.run(busy_run(server, seed)))
        assert server.exit_code == 0, f"serve ended with {server.exit_code}: {server.errors[-2000:]}"
    for session in range(SESSIONS):
        first, *others = [run[session] for run in runs]
        assert len(first) == REQUESTS // SESSIONS
        for path, body, answer in first:
            assert answer.startswith(b"HTTP/1.1 200 "), f"{path} {body}: {answer[:500]}"
        for other in others:
            for before, now in zip(first, other, strict=True):
                assert before == now, f"session {session}, {before[0]}: {now[2][:800]} instead of {before[2][:800]}"


async def in_parallel_sessions(server, key, body, times):
    """The answers of each of the sessions, which ask the same at the same time."""
    path = "/v1/chat/completions"

    async def work(number):
        async with Connection(server) as connection:
            return [await connection.post(path, key(number), body) for _ in range(times)]

    return await asyncio.gather(*[work(number) for number in range(PARALLEL)])


def all_must_get(words, answers):
    for number, came in enumerate(answers):
        for word, answer in zip(words, came, strict=True):
            assert word in answer, f"session {number} got {answer[:500]} instead of {word}"


def parallel_sessions_of_a_script_count_for_themselves():
    with scripting() as server:
        body = chat("How often?")[1]
        answers = asyncio.run(in_parallel_sessions(server, lambda number: f"us-busy-{number}", body, 4))
    all_must_get([b'"first"', b'"second"', b'"third"', b'"third"'], answers)


def parallel_sessions_of_a_cassette_play_from_its_beginning():
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
    with serving(CASSETTE) as server:
        answers = asyncio.run(in_parallel_sessions(server, lambda number: server.key(position=f"p{number}"), body, 3))
    all_must_get([b"Slow down.", b'"second"', b'"third"'], answers)
    assert server.exit_code == 0, f"serve ended with {server.exit_code}: {server.errors[-2000:]}"


if __name__ == "__main__":
    main(
        a_script_gives_each_session_the_same_bytes_in_every_run,
        parallel_sessions_of_a_script_count_for_themselves,
        parallel_sessions_of_a_cassette_play_from_its_beginning,
    )
