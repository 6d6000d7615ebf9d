#!/usr/bin/env python3
"""A second reader of cassettes, written from docs/cassette-format.md alone.

    read_cassette.py FILE           prints what the file says, as JSON: keys, request bodies, answers to the byte
    read_cassette.py --check FILE   compares that with FILE's .expected.json, and every key with its interaction

It shares nothing with the program it checks: PyYAML's pure-Python parser, Python's json and hashlib.
"""
import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from urllib.parse import quote, unquote_plus

import yaml

from json_tree import NUMBER, Number, Object, canonical, parsed, written
from match_rules import Rules, UnknownRule, keyed_body

SERVICES = {"openai", "azure", "anthropic", "gemini", "hopx", "http"}
BODY_FORMS = ("body", "text", "base64", "file")
MEMBERS = {
    "header": {"understudy", "name", "recorded", "services", "match"},
    "interaction": SERVICES | {"interaction", "at", "sandbox", "inputs", "key", "request", "response", "messages"},
    "request": {*BODY_FORMS, "layout", "like", "drop", "set", "append"},
    "response": {*BODY_FORMS, "layout", "status", "headers", "at", "end", "sum", "sse", "events", "chunks"},
}
sys.setrecursionlimit(20_000)


class Refused(Exception):
    """The file is not a cassette, and where; no line means that of the document."""

    def __init__(self, line, problem):
        super().__init__(f"line {line}: {problem}")
        self.line, self.problem = line, problem


# YAML -> JSON trees


class Beside(str):
    """What `!beside` names: the digest of a text that stands beside the file."""


class Loader(yaml.SafeLoader):
    def compose_node(self, parent, index):
        event = self.peek_event()
        line, tag = event.start_mark.line, getattr(event, "tag", None)
        if getattr(event, "anchor", None) is not None:
            raise Refused(line, "anchors and aliases are not allowed")
        if tag not in (None, "!") and not (tag == "!beside" and isinstance(event, yaml.ScalarEvent)):
            raise Refused(line, f"the tag {event.tag} is not allowed here")
        return super().compose_node(parent, index)


def tree(node, first_line):
    """A node as a JSON tree; `first_line` is the file's line on which the document's text begins."""
    line = node.start_mark.line + first_line
    if isinstance(node, yaml.ScalarNode):
        if node.tag == "!beside":
            return Beside(node.value)
        if node.style is not None:
            return node.value
        if node.value in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[node.value]
        return Number(node.value) if NUMBER.fullmatch(node.value) else node.value
    if isinstance(node, yaml.SequenceNode):
        return [tree(item, first_line) for item in node.value]
    members = Object()
    for key, value in node.value:
        line = key.start_mark.line + first_line
        if not isinstance(key, yaml.ScalarNode) or (key.value == "<<" and key.style is None):
            raise Refused(line, "a key must be text")
        if any(key.value == name for name, _ in members):
            raise Refused(line, f"the key '{key.value}' is given twice")
        members.append((key.value, tree(value, first_line)))
    return members


def documents(text):
    """The complete documents as (line, tree), and the line of a torn one at the end or None."""
    found, start = [], None
    *lines, rest = text.split("\n")
    for number, line in enumerate(lines, 1):
        if line == "---":
            if start is not None:
                raise Refused(start, "this document has no end line '...'")
            start = number
        elif line == "...":
            if start is None:
                raise Refused(number, "an end line '...' without a document")
            body = "".join(line + "\n" for line in lines[start : number - 1])
            try:
                node = yaml.compose(body, Loader)
            except yaml.MarkedYAMLError as error:
                raise Refused(error.problem_mark.line + start + 1, error.problem) from None
            except yaml.reader.ReaderError as error:
                raise Refused(start + 1 + body.count("\n", 0, error.position), error.reason) from None
            except Refused as error:
                raise Refused(error.line + start + 1, error.problem) from None
            content = tree(node, start + 1) if node else None
            if not isinstance(content, Object):
                raise Refused(start, "a document must be a mapping")
            found.append((start, content))
            start = None
        elif start is None and line.strip() and not line.lstrip().startswith("#"):
            raise Refused(number, "text outside a document")
    if start is None and rest.strip() and not rest.startswith("#"):
        start = len(lines) + 1
    return found, start


# Contents beside the file


class Contents:
    """The folder `NAME.files` beside a cassette."""

    def __init__(self, cassette):
        self.folder = Path(cassette).with_suffix(".files")

    def read(self, digest):
        """The bytes that a digest stands for."""
        if not isinstance(digest, str) or not re.fullmatch("[0-9a-f]{64}", digest):
            raise Refused(None, f"'{digest}' names no file beside the cassette")
        try:
            data = (self.folder / digest).read_bytes()
        except FileNotFoundError:
            raise Refused(None, f"the file {digest} beside the cassette is missing") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise Refused(None, f"the file {digest} beside the cassette was changed")
        return data

    def filled(self, value):
        """A tree with the texts that stand beside the file in their places."""
        if isinstance(value, Beside):
            return self.read(value).decode()
        if isinstance(value, Object):
            return Object((name, self.filled(member)) for name, member in value)
        return [self.filled(item) for item in value] if isinstance(value, list) else value


def with_contents(document, contents):
    """An interaction whose tagged texts are filled in; a tag anywhere else is refused."""
    found = Object()
    for name, value in document:
        if name in ("request", "response") and isinstance(value, Object):
            value = Object(
                (part, contents.filled(inner) if part in ("body", "set", "append") else inner) for part, inner in value)
        if has_tag(value):
            raise Refused(None, "the tag !beside stands where there is no text of a JSON body")
        found.append((name, value))
    return found


def has_tag(value):
    if isinstance(value, Object):
        return any(has_tag(member) for _, member in value)
    return any(map(has_tag, value)) if isinstance(value, list) else isinstance(value, Beside)


# Interactions


def only_known(mapping, kind):
    for name, _ in mapping:
        if name not in MEMBERS[kind]:
            raise Refused(None, f"unknown member '{name}' of the {kind}")


def body_bytes(holder, contents):
    """The bytes of a body in any of its forms; empty when there is none."""
    forms = [name for name, _ in holder if name in (*BODY_FORMS, "events", "chunks")]
    if len(forms) > 1:
        raise Refused(None, "one form, not " + " and ".join(forms))
    if holder.get("layout") is not None and forms != ["body"]:
        raise Refused(None, "a layout without a body")
    if not forms or forms[0] in ("events", "chunks"):
        return b""
    content, layout = holder.get(forms[0]), holder.get("layout", "compact")
    if forms == ["body"]:
        if not re.fullmatch("(compact|spaced|indent-2|indent-4)(-ascii)?(-nl)?", layout):
            raise Refused(None, f"unknown layout '{layout}'")
        return (written(content, layout) + ("\n" if layout.endswith("-nl") else "")).encode()
    if forms == ["file"]:
        return contents.read(content)
    return content.encode() if forms == ["text"] else base64.b64decode(content, validate=True)


def event_bytes(event, line_end):
    data = event.get("data")
    if data is None:
        if event.get("file") is not None:
            raise Refused(None, "an event does not stand beside the file")
        return body_bytes(Object(("text" if k == "raw" else k, v) for k, v in event), None)
    name = event.get("event")
    lines = ([] if name is None else [f"event: {name}"]) + [f"data: {part}" for part in data.split("\n")]
    return (line_end.join(lines) + line_end * 2).encode()


def chunks(response, contents):
    """The chunks of a streamed answer, or None when it was not streamed."""
    parts = response.get("chunks")
    if parts is not None:
        return [body_bytes(part, contents) for part in parts]
    events = response.get("events")
    if events is None:
        return None
    line_end = "\r\n" if response.get("sse") == "crlf" else "\n"
    found, pending = [], b""
    for event in events:
        data, start = event_bytes(event, line_end), 0
        for offset, _ in event.get("cuts", []):
            found.append(pending + data[start : int(offset)])
            pending, start = b"", int(offset)
        pending += data[start:]
        if event.get("join") is not True:
            found.append(pending)
            pending = b""
    return found + [pending] if pending else found


def child(value, token):
    """The member or item named by a pointer's token, and its index; past the end when there is none."""
    if isinstance(value, Object):
        index = next((i for i, (name, _) in enumerate(value) if name == token), len(value))
        return index, value[index][1] if index < len(value) else None
    if not isinstance(value, list) or not re.fullmatch("0|[1-9][0-9]*", token) or int(token) > len(value):
        raise Refused(None, f"there is no place '{token}'")
    return int(token), value[int(token)] if int(token) < len(value) else None


def place(value, pointer):
    """What holds the place that a pointer names, its last token, and its index there."""
    if not pointer.startswith("/"):
        raise Refused(None, f"'{pointer}' is no place inside a body")
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]
    for token in tokens[:-1]:
        _, value = child(value, token)
    return value, tokens[-1], child(value, tokens[-1])[0]


def resolved(request, bodies):
    """A request with `like` written out: an earlier body tree, changed in the order drop, set, append."""
    if request.get("like") is None:
        return request
    number = request.get("like")
    if number not in bodies:
        raise Refused(None, f"like: {number} is no interaction of this service with a JSON body above this one")
    body = copied(bodies[number])
    for pointer in request.get("drop", []):
        parent, _, index = place(body, pointer)
        if index >= len(parent):
            raise Refused(None, f"nothing to drop at '{pointer}'")
        del parent[index]
    for pointer, value in request.get("set", Object()):
        parent, token, index = place(body, pointer)
        parent[index : index + 1] = [(token, value) if isinstance(parent, Object) else value]
    for pointer, items in request.get("append", Object()):
        parent, token, _ = place(body, pointer)
        _, target = child(parent, token)
        if not isinstance(target, list) or isinstance(target, Object):
            raise Refused(None, f"there is no list at '{pointer}'")
        target.extend(items)
    return Object([("body", body)])


def copied(value):
    if isinstance(value, Object):
        return Object((name, copied(member)) for name, member in value)
    return [copied(item) for item in value] if isinstance(value, list) else value


def key_of(service, operation, query, inputs, body):
    lines = ["understudy-key/1", service, operation, query, inputs]
    return hashlib.sha256("\n".join(lines).encode() + b"\n" + body).hexdigest()[:32]


def canonical_body(body):
    """The body before match rules."""
    try:
        return canonical(parsed(body)).encode()
    except (ValueError, RecursionError):
        return body


def sorted_query(query):
    pairs = [part.partition("=") for part in query.split("&") if part]
    decoded = sorted((unquote_plus(n).encode(), unquote_plus(v).encode()) for n, _, v in pairs)
    return "&".join(f"{quote(name, safe='-._~/')}={quote(value, safe='-._~/')}" for name, value in decoded)


def socket_messages(messages):
    found = []
    for message in messages:
        (name, content), = [(name, value) for name, value in message if name not in ("at", "code")]
        if name == "close":
            found.append({"from": content, "kind": "close", "code": int(message.get("code"))})
            continue
        side, _, form = name.partition("_")
        if side not in ("client", "server") or form not in ("", "base64", "text_base64"):
            raise Refused(None, f"unknown message '{name}'")
        data = base64.b64decode(content, validate=True) if form else content.encode()
        found.append({"from": side, "kind": "binary" if form == "base64" else "text", "bytes": b64(data)})
    return found


def b64(data):
    return base64.b64encode(data).decode()


def interaction(document, bodies, rules, contents):
    """`bodies` holds the JSON bodies of the interactions above, by service and number; this one's is added."""
    only_known(document, "interaction")
    document = with_contents(document, contents)
    number = int(document.get("interaction"))
    services = [name for name, _ in document if name in SERVICES]
    if len(services) != 1:
        raise Refused(None, "an interaction names one service")
    service = services[0]
    operation, _, query = document.get(service).partition("?")
    is_socket = operation.startswith("WS ") and document.get("response") is None
    needed = ["messages"] if is_socket else ["request", "response"]
    if any(document.get(name) is None for name in needed):
        raise Refused(None, "missing: " + " or ".join(needed))
    if is_socket:
        messages = socket_messages(document.get("messages"))
        sent = [message["bytes"] for message in messages if message["from"] == "client" and "bytes" in message]
        body = base64.b64decode(sent[0]) if sent else b""
    else:
        only_known(document.get("request"), "request")
        request = resolved(document.get("request"), bodies.setdefault(service, {}))
        canonical(request.get("body"))
        body = body_bytes(request, contents)
        try:
            bodies[service][str(number)] = parsed(body)
        except ValueError:
            pass
    inputs, query = document.get("inputs", ""), sorted_query(query)
    key = key_of(service, operation, query, inputs, keyed_body(body, service, operation, rules))
    if document.get("key", key) != key:
        raise Refused(None, f"stale key of interaction {number}: {document.get('key')}, should be {key}")
    result = {
        "interaction": number, "service": service, "operation": operation, "query": query, "inputs": inputs, "key": key}
    if is_socket:
        return result | {"messages": messages}
    return result | {"request": b64(canonical_body(body)), "response": answer(document.get("response"), contents)}


def answer(response, contents):
    only_known(response, "response")
    status = response.get("status")
    headers = [
        [name, value] for name, given in response.get("headers", Object())
        for value in (given if isinstance(given, list) else [given])]
    body, stream = body_bytes(response, contents), chunks(response, contents)
    if stream is not None:
        body = b"".join(stream)
    if response.get("sum", hashlib.sha256(body).hexdigest()[:8]) != hashlib.sha256(body).hexdigest()[:8]:
        raise Refused(None, "the answer does not have the sum it should")
    content = {"body": b64(body)} if stream is None else {"chunks": [b64(chunk) for chunk in stream]}
    status = None if status is None else int(status)
    return {"status": status, "headers": headers} | content | {"end": response.get("end")}


def rules_of(header):
    """The header's match rules."""
    if header.get("understudy") != "cassette/1":
        raise Refused(None, f"not a cassette/1: {header.get('understudy')}")
    only_known(header, "header")
    try:
        return Rules(header.get("match", Object()))
    except UnknownRule as error:
        raise Refused(None, f"match rules that this reader does not know: {error}") from None


def read(path):
    """What a cassette says, in the shape of the .expected.json files."""
    try:
        text = Path(path).read_bytes().decode()
    except UnicodeDecodeError as error:
        raise Refused(error.object.count(b"\n", 0, error.start) + 1, "not UTF-8") from None
    found, torn = documents(text)
    if not found:
        raise Refused(1, "there is no header")
    bodies, interactions, rules, contents = {}, [], None, Contents(path)
    for line, document in found:
        try:
            if rules is None:
                if has_tag(document):
                    raise Refused(None, "the tag !beside stands in the header")
                name, rules = document.get("name"), rules_of(document)
                continue
            interactions.append(interaction(document, bodies, rules, contents))
        except Refused as error:
            raise Refused(error.line or line, error.problem) from None
        except (ValueError, TypeError, AttributeError) as error:
            raise Refused(line, f"not understood: {error}") from None
        if interactions[-1]["interaction"] in [other["interaction"] for other in interactions[:-1]]:
            raise Refused(line, f"interaction {interactions[-1]['interaction']} is there twice")
    return {"name": name, "torn": torn, "interactions": interactions}


def main(arguments):
    check = "--check" in arguments
    (path,) = [Path(argument) for argument in arguments if argument != "--check"]
    try:
        result = read(path)
    except Refused as error:
        return f"{path}:{error.line}: error: {error.problem}"
    if not check:
        print(json.dumps(result, indent=1, ensure_ascii=False))
    elif result != json.loads(path.with_suffix("").with_suffix(".expected.json").read_text("utf-8")):
        return f"{path}: differs from its .expected.json"
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
