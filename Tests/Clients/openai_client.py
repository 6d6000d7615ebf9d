"""The openai SDK against a cassette: exact answers, misses that explain themselves, streams, positions.

    openai_client.py [CASSETTE]     the two-agent story unless another one is named
"""
import base64
import copy
import json
import re
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import openai

from harness import PROJECT, TIMEOUT, main, serving
from read_cassette import read

STORY = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "cassettes" / "tutorial" / "two-agent.yaml"
CASSETTES = PROJECT / "Tests" / "Clients" / "cassettes"


def first_exchange(cassette=STORY):
    """The body of a cassette's first chat completion, and the recorded answer's bytes."""
    first = next(i for i in read(cassette)["interactions"] if i["operation"] == "POST /v1/chat/completions")
    answer = first["response"]
    chunks = answer.get("chunks", [answer.get("body")])
    return json.loads(base64.b64decode(first["request"])), [base64.b64decode(chunk) for chunk in chunks]


class Client(openai.OpenAI):
    """The SDK with its usual retries; `sent` counts the requests that left it."""

    def __init__(self, server, position=None):
        self.sent = []
        super().__init__(
            api_key=server.key(position=position), base_url=server.exports["OPENAI_BASE_URL"],
            http_client=openai.DefaultHttpxClient(event_hooks={"request": [self.sent.append]}, trust_env=False))


def an_answer_is_given_back_to_the_byte():
    body, answer = first_exchange()
    with serving(STORY) as server, Client(server) as client:
        response = client.chat.completions.with_raw_response.create(**body)
        assert response.content == b"".join(answer), f"other bytes: {response.content[:200]}"
        reply = response.parse().choices[0].message
        assert reply.role == "assistant" and reply.content, f"not a reply: {reply}"
    assert server.exit_code == 0, f"serve ended with {server.exit_code}: {server.errors}"


def changed(change):
    """A function that plays the first request changed by `change`, which returns the JSON path to be named."""

    def check():
        body, _ = first_exchange()
        path = change(body)
        with serving(STORY) as server, Client(server) as client:
            try:
                client.chat.completions.create(**body)
                raise AssertionError("answered, though nothing like it was recorded")
            except openai.UnprocessableEntityError as miss:
                assert path in str(miss), f"no {path} in: {miss}"
                assert miss.code == "cassette_miss", f"code {miss.code}"
                assert miss.response.headers.get("x-should-retry") == "false", "may be retried"
            assert len(client.sent) == 1, f"sent {len(client.sent)} times"
        assert server.exit_code == 1, f"serve ended with {server.exit_code} after a miss"

    check.__name__ = change.__name__ + "_is_a_miss_that_names_the_place"
    return check


def another_system_prompt(body):
    body["messages"][0]["content"] += "\nBe brief."
    return "$.messages[0].content"


def another_temperature(body):
    body["temperature"] = 0.7
    return "$.temperature"


def another_task(body):
    body["messages"][-1]["content"] = "Calculate the first 99 prime numbers."
    return f"$.messages[{len(body['messages']) - 1}].content"


def a_longer_history(body):
    body["messages"].append({"role": "user", "content": "And then?"})
    return f"$.messages[{len(body['messages']) - 1}]"


def a_further_parameter(body):
    body["seed"] = 7
    return "$.seed"


def spellings_that_mean_the_same_are_hits():
    body, answer = first_exchange()
    reordered = {name: body[name] for name in reversed(body)}
    reordered["messages"] = [dict(reversed(message.items())) for message in body["messages"]]
    decimal = copy.deepcopy(body)
    decimal["temperature"] = float(body["temperature"])
    spellings = {
        "other order": json.dumps(reordered),
        "pretty-printed": json.dumps(body, indent=4, ensure_ascii=False) + "\n",
        "0.0 for 0": json.dumps(decimal, separators=(",", ":")),
        "escaped": json.dumps(body).replace('"model"', '"\\u006dod\\u0065l"'),
        "with a cache key": json.dumps(body | {"prompt_cache_key": "run-1"}),
    }
    with serving(STORY) as server:
        for name, spelling in spellings.items():
            status, _, content = server.request("POST", "/chat/completions", spelling.encode(), position=name[0])
            assert status == 200 and content == b"".join(answer), f"{name}: {status} {content[:300]}"
    assert server.exit_code == 0, f"serve ended with {server.exit_code}: {server.errors}"


def a_stream_comes_in_its_recorded_chunks():
    cassette = CASSETTES / "streaming.yaml"
    body, chunks = first_exchange(cassette)
    with serving(cassette) as server, Client(server, position="sdk") as client:
        parts = [chunk.choices[0].delta.content or "" for chunk in client.chat.completions.create(**body)]
        assert "".join(parts) == "Hello 😀.", f"said {parts}"
        received = raw_chunks(server, json.dumps(body).encode())
        assert received == chunks, f"came as {received}"
    assert server.exit_code == 0, f"serve ended with {server.exit_code}: {server.errors}"


def raw_chunks(server, body):
    """The chunks of a chunked answer as they are on the wire."""
    base = urlsplit(server.exports["OPENAI_BASE_URL"])
    head = (
        f"POST {base.path}/chat/completions HTTP/1.1\r\nhost: {base.netloc}\r\nconnection: close\r\n"
        f"authorization: Bearer {server.key(position='raw')}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n")
    with socket.create_connection((base.hostname, base.port), TIMEOUT) as connection:
        connection.sendall(head.encode() + body)
        answer = b""
        while data := connection.recv(65536):
            answer += data
    fields, _, rest = answer.partition(b"\r\n\r\n")
    assert re.search(rb"(?im)^transfer-encoding: *chunked\r?$", fields), f"not chunked: {fields}"
    chunks = []
    while True:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            return chunks
        chunks.append(rest[:length])
        rest = rest[length + 2 :]


def models_are_listed():
    with serving(STORY) as server, Client(server) as client:
        models = [model.id for model in client.models.list()]
        assert "gpt-4o" in models, f"only {models}"
    assert server.exit_code == 0, f"serve ended with {server.exit_code}: {server.errors}"


def a_refusal_is_retried_by_the_client_as_recorded():
    cassette = CASSETTES / "retry.yaml"
    body, _ = first_exchange(cassette)
    with serving(cassette) as server, Client(server, position="sdk") as client:
        reply = client.chat.completions.create(**body).choices[0].message.content
        assert reply == "second" and len(client.sent) == 2, f"{reply} after {len(client.sent)} requests"
    assert server.exit_code == 0, f"serve ended with {server.exit_code}: {server.errors}"


def each_position_plays_from_the_beginning():
    cassette = CASSETTES / "retry.yaml"
    body = json.dumps(first_exchange(cassette)[0]).encode()
    with serving(cassette) as server:
        order = ["a", "a", "b", "a", "b", None, "b"]
        answers = []
        for position in order:
            status, _, content = server.request("POST", "/chat/completions", body, position=position)
            answers.append((position, status, json.loads(content).get("id")))
    second, third = (200, "chatcmpl-2"), (200, "chatcmpl-3")
    refused = (429, None)
    expected = [
        ("a", *refused), ("a", *second), ("b", *refused), ("a", *third), ("b", *second),
        (None, *refused), ("b", *third)]
    assert answers == expected, f"answered {answers}"


if __name__ == "__main__":
    main(
        an_answer_is_given_back_to_the_byte,
        changed(another_system_prompt),
        changed(another_temperature),
        changed(another_task),
        changed(a_longer_history),
        changed(a_further_parameter),
        spellings_that_mean_the_same_are_hits,
        a_stream_comes_in_its_recorded_chunks,
        models_are_listed,
        a_refusal_is_retried_by_the_client_as_recorded,
        each_position_plays_from_the_beginning,
    )
