#!/usr/bin/env python3
"""Writes what an OpenAI client library sends for a list of calls, as it sends it.

    PYTHON capture.py FILE    with the Python of an environment that has `openai`, any version from 1.0

Needs no network: the client talks to a server in this process. Each entry of FILE is one request: `service`, `target`
and `body`, the body's text to the byte. The same calls by two versions of the library must be the same requests.
"""
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import openai

TOOL = {
    "type": "function",
    "function": {
        "name": "run_data_analysis",
        "description": "Runs Python code — with pandas — and returns what it printed.",
        "parameters": {
            "type": "object",
            "properties": {
                "code": {"type": "string", "description": "Python code"},
                "timeout": {"type": "number", "default": 60.0, "minimum": 1e-3},
                "files": {"type": "array", "items": {"type": "string"}, "default": None},
            },
            "required": ["code"],
        },
    },
}
MESSAGES = [
    {"role": "system", "content": "You are a helpful assistant.\nSolve tasks with code. “Quotes”, naïve café, 漢字, 😀."},
    {"role": "user", "content": "Calculate the first 100 prime numbers.", "name": "user_proxy"},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": {
        "name": "run_data_analysis", "arguments": '{"code": "print(24133)\\n", "timeout": 60}'}}]},
    {"role": "tool", "tool_call_id": "call_1", "content": "24133\n"},
    {"role": "user", "content": [{"type": "text", "text": "And this?"}, {
        "type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}}]},
]
SCHEMA = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": {
    "type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"], "additionalProperties": False}}}

requests = []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        service = "azure" if self.path.startswith("/openai/") else "openai"
        requests.append({"service": service, "target": self.path, "body": body.decode()})
        answer = b'{"error": {"message": "seen", "type": "invalid_request_error", "param": null, "code": null}}'
        self.send_response(400)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


def calls(client, azure):
    chat = client.chat.completions.create
    yield lambda: chat(model="gpt-4o", messages=MESSAGES[:2])
    yield lambda: chat(model="gpt-4o", messages=MESSAGES[:2], temperature=0, max_tokens=100, stop=["END"], seed=7)
    yield lambda: chat(model="gpt-4o", messages=MESSAGES, tools=[TOOL], tool_choice="auto", temperature=0.2, top_p=1.0)
    yield lambda: chat(model="gpt-4o", messages=MESSAGES, stream=True, stream_options={"include_usage": True})
    yield lambda: chat(model="gpt-4o", messages=MESSAGES[:2], response_format=SCHEMA, logit_bias={"50256": -100}, n=2)
    yield lambda: chat(model="o3-mini", messages=MESSAGES[:2], max_completion_tokens=500, reasoning_effort="low", user="u-1")
    yield lambda: chat(model="gpt-4o", messages=MESSAGES[:2], extra_body={"vendor": {"z": 1, "a": [1.50, None, True]}})
    yield lambda: client.embeddings.create(model="text-embedding-3-small", input=["one", "two"])
    yield lambda: client.embeddings.create(model="text-embedding-3-small", input="one", encoding_format="float", dimensions=8)
    yield lambda: client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Once", max_tokens=5, logprobs=2)
    yield lambda: client.responses.create(model="gpt-4o", input="hi", instructions="be brief", store=False)
    yield lambda: client.responses.create(
        model="gpt-4o", previous_response_id="resp_1", stream=True, parallel_tool_calls=False,
        input=[{"type": "function_call_output", "call_id": "call_1", "output": "24133\n"}],
        tools=[{"type": "function", "strict": True, **TOOL["function"]}], reasoning={"effort": "low", "summary": "auto"})
    yield lambda: azure.chat.completions.create(model="my-gpt-4o", messages=MESSAGES[:2], temperature=0)
    yield lambda: azure.embeddings.create(model="my-embeddings", input=["one"], encoding_format="float")


def main(path):
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)
    azure = openai.AzureOpenAI(azure_endpoint=address, api_key="none", api_version="2024-10-21", max_retries=0)
    for number, call in enumerate(calls(client, azure), 1):
        try:
            call()
        except openai.BadRequestError:
            pass
        if len(requests) != number:
            raise SystemExit(f"call {number} sent {len(requests) - number + 1} requests")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"client": f"openai {openai.__version__}", "requests": requests}, file, ensure_ascii=False, indent=1)
        file.write("\n")
    print(f"{len(requests)} requests of openai {openai.__version__}")


main(*sys.argv[1:])
