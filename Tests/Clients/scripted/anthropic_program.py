"""The anthropic SDK: messages."""
import anthropic

from asked import (
    CITY, FORBIDDEN, HELLO, ONCE, SCHEMAS, STATUSES, SUMS, UNKNOWN, WEATHER, City, called, fail, plain, raised_by, tell,
    unknown_only)

ASKED = {"model": "claude-test", "max_tokens": 500}
TOOLS = [{"name": name, "description": name, "input_schema": schema} for name, schema in SCHEMAS.items()]


def user(text):
    return [{"role": "user", "content": text}]


def said(message):
    return "".join(block.text for block in message.content if block.type == "text")


def ask(client, text):
    return client.messages.create(**ASKED, messages=user(text))


def hello(client):
    message = client.messages.create(**ASKED, messages=user(HELLO), system="Be brief.")
    tokens = client.messages.count_tokens(model=ASKED["model"], messages=user(HELLO))
    return {"text": said(message), "finish": message.stop_reason, "whole": plain([message, tokens])}


def streamed(client):
    events = list(client.messages.create(**ASKED, messages=user(HELLO), stream=True))
    with client.messages.stream(**ASKED, messages=user(HELLO)) as stream:
        message = stream.get_final_message()
    parts = [event.delta.text for event in events if event.type == "content_block_delta"]
    return {"text": "".join(parts), "again": said(message), "whole": plain([events, message])}


def tools_used(client, question, stream):
    turns = user(question)
    if stream:
        with client.messages.stream(**ASKED, messages=turns, tools=TOOLS) as events:
            first = events.get_final_message()
    else:
        first = client.messages.create(**ASKED, messages=turns, tools=TOOLS)
    uses = [block for block in first.content if block.type == "tool_use"]
    told = [called(use.name, use.input) for use in uses]
    results = [
        {"type": "tool_result", "tool_use_id": use.id, "content": result} for use, (_, result) in zip(uses, told)]
    turns += [{"role": "assistant", "content": plain(first.content)}, {"role": "user", "content": results}]
    last = client.messages.create(**ASKED, messages=turns, tools=TOOLS)
    return {
        "calls": [call for call, _ in told], "finish": first.stop_reason, "text": said(last),
        "ids": [use.id for use in uses], "whole": plain(last)}


def structured(client):
    message = client.messages.parse(**ASKED, messages=user(CITY), output_format=City)
    return {"value": plain(message.parsed_output), "whole": plain(message)}


def refused(client):
    message = ask(client, FORBIDDEN)
    return {"text": said(message), "finish": message.stop_reason, "whole": plain(message)}


def main():
    retrying = anthropic.Anthropic()
    client = retrying.with_options(max_retries=0)
    if unknown_only():
        tell("messages: unknown", raised_by(lambda: ask(client, UNKNOWN)))
        return
    # The connection breaks on the first request.
    tell("messages: reset", raised_by(lambda: ask(client, HELLO)))
    tell("messages: hello", hello(client))
    tell("messages: streamed", streamed(client))
    for stream in (False, True):
        how = "streamed " if stream else ""
        tell(f"messages: {how}call", tools_used(client, WEATHER, stream))
        tell(f"messages: {how}calls", tools_used(client, SUMS, stream))
    tell("messages: structured", structured(client))
    tell("messages: refused", refused(client))
    for status in STATUSES:
        tell(f"messages: {status}", raised_by(lambda: ask(client, fail(status))))
    tell("messages: once again", {"text": said(ask(retrying, ONCE))})


if __name__ == "__main__":
    main()
