"""langchain-openai: its chat model on chat completions (its default) and on responses."""
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_openai import ChatOpenAI

from asked import (
    CITY, HELLO, ONCE, STATUSES, SUMS, UNKNOWN, WEATHER, City, add, called, fail, get_weather, plain, raised_by, tell,
    unknown_only)

MODEL = "gpt-4o"


def finish(message):
    return message.response_metadata.get("finish_reason") or message.response_metadata.get("status")


def whole(message):
    """All of it but the id, which langchain makes up where it takes none from the wire."""
    return {name: value for name, value in plain(message).items() if name != "id"}


class Checks:
    def __init__(self, model):
        self.model = model
        self.tooled = model.bind_tools([get_weather, add])

    def ask(self, text):
        return raised_by(lambda: self.model.invoke(text))

    def hello(self):
        message = self.model.invoke([("system", "Be brief."), ("human", HELLO)])
        return {"text": message.text, "finish": finish(message), "whole": whole(message)}

    def streamed(self):
        chunks = list(self.model.stream(HELLO))
        joined = chunks[0]
        for chunk in chunks[1:]:
            joined += chunk
        return {
            "text": "".join(chunk.text for chunk in chunks), "again": joined.text, "finish": finish(joined),
            "whole": whole(joined)}

    def tools_used(self, question, stream):
        messages = [HumanMessage(question)]
        if stream:
            first = None
            for chunk in self.tooled.stream(messages):
                first = chunk if first is None else first + chunk
        else:
            first = self.tooled.invoke(messages)
        told = [called(call["name"], call["args"]) for call in first.tool_calls]
        messages.append(first)
        for call, (_, result) in zip(first.tool_calls, told):
            messages.append(ToolMessage(result, tool_call_id=call["id"]))
        last = self.tooled.invoke(messages)
        return {
            "calls": [call for call, _ in told], "finish": finish(first), "text": last.text,
            "ids": [call["id"] for call in first.tool_calls], "whole": whole(last)}

    def structured(self):
        return {"value": plain(self.model.with_structured_output(City).invoke(CITY))}


def main():
    apis = {
        "chat": Checks(ChatOpenAI(model=MODEL, max_retries=0, stream_usage=True)),
        "responses": Checks(ChatOpenAI(model=MODEL, max_retries=0, use_responses_api=True))}
    for name, checks in apis.items():
        if unknown_only():
            tell(f"{name}: unknown", checks.ask(UNKNOWN))
        else:
            # The connection breaks on the first request of each.
            tell(f"{name}: reset", checks.ask(HELLO))
    if unknown_only():
        return
    for name, checks in apis.items():
        tell(f"{name}: hello", checks.hello())
        tell(f"{name}: streamed", checks.streamed())
        for stream in (False, True):
            how = "streamed " if stream else ""
            tell(f"{name}: {how}call", checks.tools_used(WEATHER, stream))
            tell(f"{name}: {how}calls", checks.tools_used(SUMS, stream))
        tell(f"{name}: structured", checks.structured())
        for status in STATUSES:
            tell(f"{name}: {status}", checks.ask(fail(status)))
    tell("chat: once again", {"text": ChatOpenAI(model=MODEL).invoke(ONCE).text})


if __name__ == "__main__":
    main()
