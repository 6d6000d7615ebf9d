"""Requests and cassettes for the benchmarks, made from nothing but their numbers."""
import json
import random

ANSWER = {
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1763900000, "model": "gpt-4o",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "logprobs": None, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 8, "completion_tokens": 2, "total_tokens": 10}}
ANSWER_BYTES = json.dumps(ANSWER, separators=(",", ":")).encode()

HEADER = """---
understudy: cassette/1
name: benchmark
services: {openai: {upstream: script, from: script}}
...
"""


def question(number, size=0):
    """A chat request; `size` is roughly its bytes, in 20 messages, 0 for a small one."""
    source = random.Random(number)
    messages = [{"role": "system", "content": f"You answer question {number}."}]
    while size and sum(len(message["content"]) + 40 for message in messages) < size:
        words = " ".join(source.choice(WORDS) for _ in range(max(1, size // 20 // 7)))
        messages.append({"role": "user" if len(messages) % 2 else "assistant", "content": words})
    messages.append({"role": "user", "content": "hi"})
    return {"model": "gpt-4o", "temperature": 0, "messages": messages}


WORDS = "the agent writes code runs it reads what came out and tries again until \"all\" tests\n pass é".split(" ")


def cassette(questions, keys):
    """A cassette that answers each of the questions once, with the same answer."""
    documents = [HEADER]
    for number, body in enumerate(questions, 1):
        documents.append(
            f"---\ninteraction: {number}\nat: {number}.000\nopenai: POST /v1/chat/completions\nkey: {keys(body)}\n"
            f"request: {{body: {json.dumps(body)}}}\n"
            f"response: {{status: 200, headers: {{content-type: application/json}}, at: {number}.500, body: {json.dumps(ANSWER)}}}\n...\n")
    return "".join(documents)


PACED_EVENTS, PACED_GAP = 20, 0.1


def paced(body, key):
    """A cassette with one answer: a stream whose events are a fixed time apart."""
    events = "".join(
        f"  - {{at: {1 + number * PACED_GAP:.3f}, data: '{{\"n\": {number}}}'}}\n" for number in range(PACED_EVENTS))
    return (
        f"{HEADER}---\ninteraction: 1\nat: 1.000\nopenai: POST /v1/chat/completions\nkey: {key}\n"
        f"request: {{body: {json.dumps(body)}}}\n"
        f"response:\n  status: 200\n  headers: {{content-type: text/event-stream}}\n  at: 1.000\n  events:\n{events}...\n")
