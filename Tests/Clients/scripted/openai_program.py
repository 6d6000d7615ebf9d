"""The openai SDK, 1.x or 3.x: chat completions, responses and embeddings."""
import openai

from asked import (
    CITY, FORBIDDEN, HELLO, ONCE, SCHEMAS, STATUSES, SUMS, UNKNOWN, WEATHER, City, called, fail, plain, raised_by, tell,
    unknown_only)

MODEL = "gpt-4o"


def user(text):
    return [{"role": "user", "content": text}]


class Chat:
    """Chat completions."""

    def __init__(self, client):
        self.create = client.chat.completions.create
        self.completions = client.chat.completions
        self.tools = [
            {"type": "function", "function": {"name": name, "parameters": schema}} for name, schema in SCHEMAS.items()]

    def ask(self, text):
        return self.create(model=MODEL, messages=user(text))

    def hello(self):
        reply = self.ask(HELLO)
        choice = reply.choices[0]
        return {"text": choice.message.content, "finish": choice.finish_reason, "whole": plain(reply)}

    def streamed(self):
        chunks = list(self.create(
            model=MODEL, messages=user(HELLO), stream=True, stream_options={"include_usage": True}))
        with self.completions.stream(model=MODEL, messages=user(HELLO)) as stream:
            events = [event.type for event in stream]
            message = stream.get_final_completion().choices[0].message
        parts = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
        return {"text": "".join(parts), "again": message.content, "whole": plain(chunks), "events": events}

    def choices(self):
        reply = self.create(model=MODEL, messages=user(HELLO), n=2, logprobs=True)
        return {"texts": [choice.message.content for choice in reply.choices], "whole": plain(reply)}

    def tools_used(self, question, stream):
        messages = user(question)
        if stream:
            with self.completions.stream(model=MODEL, messages=messages, tools=self.tools) as events:
                first = events.until_done().get_final_completion()
        else:
            first = self.create(model=MODEL, messages=messages, tools=self.tools)
        message = first.choices[0].message
        messages.append({
            "role": "assistant", "content": message.content, "tool_calls": [
                {"id": call.id, "type": "function", "function": {
                    "name": call.function.name, "arguments": call.function.arguments}}
                for call in message.tool_calls]})
        calls = []
        for call in message.tool_calls:
            told, result = called(call.function.name, call.function.arguments)
            calls.append(told)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
        last = self.create(model=MODEL, messages=messages, tools=self.tools)
        return {
            "calls": calls, "finish": first.choices[0].finish_reason, "text": last.choices[0].message.content,
            "ids": [call.id for call in message.tool_calls], "whole": plain(last)}

    def structured(self):
        reply = self.completions.parse(model=MODEL, messages=user(CITY), response_format=City)
        return {"value": plain(reply.choices[0].message.parsed), "whole": plain(reply)}

    def refused(self):
        reply = self.ask(FORBIDDEN)
        return {"text": reply.choices[0].message.refusal, "whole": plain(reply)}

    def once_again(self, client):
        reply = client.chat.completions.create(model=MODEL, messages=user(ONCE))
        return {"text": reply.choices[0].message.content}


class Responses:
    """Responses, of which later ones name those before them."""

    def __init__(self, client):
        self.responses = client.responses
        self.create = client.responses.create
        self.tools = [
            {"type": "function", "name": name, "parameters": schema, "strict": True}
            for name, schema in SCHEMAS.items()]

    def ask(self, text):
        return self.create(model=MODEL, input=text)

    def hello(self):
        reply = self.create(model=MODEL, input=HELLO, instructions="Be brief.")
        after = self.create(model=MODEL, input="What did I say?", previous_response_id=reply.id)
        return {
            "text": reply.output_text, "finish": reply.status, "then": after.output_text,
            "whole": plain([reply, after, self.responses.retrieve(after.id)])}

    def streamed(self):
        events = list(self.create(model=MODEL, input=HELLO, stream=True))
        with self.responses.stream(model=MODEL, input=HELLO) as stream:
            reply = stream.until_done().get_final_response()
        parts = [event.delta for event in events if event.type == "response.output_text.delta"]
        return {"text": "".join(parts), "again": reply.output_text, "whole": plain(events)}

    def tools_used(self, question, stream):
        if stream:
            with self.responses.stream(model=MODEL, input=question, tools=self.tools) as events:
                first = events.until_done().get_final_response()
        else:
            first = self.create(model=MODEL, input=question, tools=self.tools)
        asked = [item for item in first.output if item.type == "function_call"]
        told = [called(item.name, item.arguments) for item in asked]
        results = [
            {"type": "function_call_output", "call_id": item.call_id, "output": result}
            for item, (_, result) in zip(asked, told)]
        last = self.create(model=MODEL, input=results, previous_response_id=first.id, tools=self.tools)
        return {
            "calls": [call for call, _ in told], "finish": first.status, "text": last.output_text,
            "ids": [[item.id, item.call_id] for item in asked], "whole": plain(last)}

    def structured(self):
        reply = self.responses.parse(model=MODEL, input=CITY, text_format=City)
        return {"value": plain(reply.output_parsed), "whole": plain(reply)}

    def refused(self):
        reply = self.ask(FORBIDDEN)
        return {"text": reply.output[0].content[0].refusal, "whole": plain(reply)}

    def once_again(self, client):
        return {"text": client.responses.create(model=MODEL, input=ONCE).output_text}


def embeddings(client):
    reply = client.embeddings.create(model="text-embedding-3-small", input=["one", "two"])
    floats = client.embeddings.create(model="text-embedding-3-small", input="one", encoding_format="float")
    tell("further: embeddings", {"count": len(reply.data), "whole": plain([reply, floats])})


def main():
    retrying = openai.OpenAI()
    client = retrying.with_options(max_retries=0)
    apis = {"chat": Chat(client), "responses": Responses(client)}
    for name, api in apis.items():
        if unknown_only():
            tell(f"{name}: unknown", raised_by(lambda: api.ask(UNKNOWN)))
        else:
            # The connection breaks on the first request of each.
            tell(f"{name}: reset", raised_by(lambda: api.ask(HELLO)))
    if unknown_only():
        return
    for name, api in apis.items():
        tell(f"{name}: hello", api.hello())
        tell(f"{name}: streamed", api.streamed())
        for stream in (False, True):
            how = "streamed " if stream else ""
            tell(f"{name}: {how}call", api.tools_used(WEATHER, stream))
            tell(f"{name}: {how}calls", api.tools_used(SUMS, stream))
        tell(f"{name}: structured", api.structured())
        tell(f"{name}: refused", api.refused())
        for status in STATUSES:
            tell(f"{name}: {status}", raised_by(lambda: api.ask(fail(status))))
    tell("chat: choices", apis["chat"].choices())
    tell("chat: once again", apis["chat"].once_again(retrying))
    embeddings(client)


if __name__ == "__main__":
    main()
