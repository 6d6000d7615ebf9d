"""The fake HopX against the service's two OpenAPI files, which are not part of this project.

    hopx_contract.py [--all]     with generated requests, too, not only with the files' own examples

The files are looked for in ../shared/reference beside the checkout, or in HOPX_OPENAPI; without them nothing is checked.
Each operation is asked once as a client asks it, and its answer has to fit the schema; after that schemathesis asks with
requests of its own, from a fixed seed. docs/hopx-coverage.md lists the operations whose answers differ on purpose.
"""
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import jsonschema_rs

from harness import PROJECT, main, understudy

REFERENCE = Path(os.environ.get("HOPX_OPENAPI", PROJECT.parent / "shared" / "reference"))
COVERAGE = PROJECT / "docs" / "hopx-coverage.md"
SEED = 20251021
# Examples are those of the files, which have few; the coverage phase makes some of the schemas, the same ones each time.
PHASES, MODE = ("examples,coverage,fuzzing", "all") if "--all" in sys.argv[1:] else ("examples,coverage", "positive")
# Of a request that schemathesis makes.
TIMEOUT = 30


def document(plane):
    """The file, with null where a sandbox's member may have no value (docs/hopx-coverage.md, "Members without a value")."""
    content = json.loads((REFERENCE / f"openapi_{plane}.json").read_text("utf-8"))
    for name, schema in content["components"]["schemas"].items():
        if name.endswith(".Sandbox"):
            for member in ("template_id", "template_name", "timeout_seconds", "expires_at"):
                schema["properties"][member]["nullable"] = True
    return content


def listed(plane):
    """Operation → the section of docs/hopx-coverage.md in which it is listed."""
    found, part, section = {}, None, None
    for line in COVERAGE.read_text("utf-8").splitlines():
        if line.startswith("# "):
            continue
        if line.startswith("## "):
            part = "public" if "public" in line.lower() else "agent"
        elif line.startswith("### "):
            section = line[4:].strip().lower()
        elif part == plane and (match := re.match(r"\| `([A-Z]+ /\S*)` \|", line)):
            found[match[1]] = section
    return found


def operations(plane):
    for path, methods in document(plane)["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield f"{method.upper()} {path}", operation


class Client:
    """Asks a running `understudy sandbox`, either plane."""

    def __init__(self, server):
        self.server = server
        self.base = urlsplit(server.exports["HOPX_BASE_URL"])
        status, body, _ = self.control("POST", "/v1/sandboxes", {
            "template_name": "code-interpreter", "timeout_seconds": 600, "env_vars": {"FIRST": "1"}})
        assert status == 201, f"no sandbox: {status} {body}"
        self.sandbox = body["id"]
        self.token = body["auth_token"]
        self.agent_base = body["public_host"]

    def send(self, url, method, body, headers):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
        try:
            target = parts.path + ("?" + parts.query if parts.query else "")
            if body is not None and not isinstance(body, bytes):
                body = json.dumps(body).encode()
                headers = {"content-type": "application/json"} | headers
            connection.request(method, target, body=body, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        kind = (answer.getheader("content-type") or "").split(";")[0]
        if kind == "application/json":
            content = json.loads(content)
        assert answer.getheader("x-request-id"), f"{method} {url}: no X-Request-ID"
        return answer.status, content, kind

    def control(self, method, path, body=None):
        return self.send(self.base.geturl() + path, method, body, {"x-api-key": self.server.key("HOPX")})

    def agent(self, method, path, body=None, **headers):
        headers = {"authorization": f"Bearer {self.token}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.send(self.agent_base + path, method, body, headers)


@contextmanager
def a_client():
    with understudy("sandbox") as server:
        yield Client(server)


# ---- Each operation once, as a client asks it

CODE = {"code": "print(6 * 7)", "language": "python", "timeout": 30}
BUILD = {"from_image": "ubuntu:24.04", "cpu": 1, "memory": 512, "diskGB": 1, "steps": [
    {"type": "ENV", "args": ["A", "1"]}, {"type": "RUN", "args": ["true"]}]}


def public_requests(client):
    """Operation → how it is asked; what an answer is needed for comes first."""
    _, build, _ = client.control("POST", "/v1/templates/build", BUILD | {"name": "built-before"})
    sandbox = f"/v1/sandboxes/{client.sandbox}"
    return {
        "GET /health": ("/health", None),
        "GET /v1/sandboxes": ("/v1/sandboxes?limit=10&status=running", None),
        "POST /v1/sandboxes": ("/v1/sandboxes", {"template_name": "base", "timeout_seconds": 60, "region": "eu"}),
        "GET /v1/sandboxes/{id}": (sandbox, None),
        "PUT /v1/sandboxes/{id}/timeout": (sandbox + "/timeout", {"timeout_seconds": 300}),
        "POST /v1/sandboxes/{id}/token/refresh": (sandbox + "/token/refresh", None),
        "POST /v1/sandboxes/{id}/pause": (sandbox + "/pause", None),
        "POST /v1/sandboxes/{id}/resume": (sandbox + "/resume", None),
        "POST /v1/sandboxes/{id}/stop": (sandbox + "/stop", None),
        "POST /v1/sandboxes/{id}/start": (sandbox + "/start", None),
        "GET /v1/templates": ("/v1/templates", None),
        "POST /v1/templates/build": ("/v1/templates/build", BUILD | {"name": "built-now"}),
        "GET /v1/templates/build/{buildID}/logs": (f"/v1/templates/build/{build['template_id']}/logs?offset=0", None),
        "GET /v1/templates/build/{buildID}/status": (f"/v1/templates/build/{build['build_id']}/status", None),
        "POST /v1/templates/files/upload-link": (
            "/v1/templates/files/upload-link", {"files_hash": "abc", "content_length": 10}),
        "GET /v1/templates/{name}": ("/v1/templates/code-interpreter", None),
        "DELETE /v1/templates/{templateID}": (f"/v1/templates/{build['template_id']}", None),
        "DELETE /v1/sandboxes/{id}": (sandbox, None),
    }


def agent_requests(client):
    form = (b'--b\r\nContent-Disposition: form-data; name="path"\r\n\r\n/workspace/up.txt\r\n'
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="up.txt"\r\n\r\nup\r\n--b--\r\n')
    client.agent("POST", "/files/write", {"path": "/workspace/a.txt", "content": "a"})
    _, started, _ = client.agent("POST", "/execute/background", {"code": "import time\ntime.sleep(60)"})
    return {
        "POST /commands/run": ("/commands/run", {"command": "echo", "args": ["hi"], "timeout": 30}),
        "POST /commands/background": ("/commands/background", {"command": "true"}),
        "PUT /env": ("/env", {"env_vars": {"A": "1"}}),
        "PATCH /env": ("/env", {"env_vars": {"B": "2"}, "merge": True}),
        "POST /execute": ("/execute", CODE),
        "POST /execute/background": ("/execute/background", CODE | {"name": "job"}),
        "DELETE /execute/kill": ("/execute/kill?" + urlencode({"process_id": started["process_id"]}), None),
        "GET /files/download": ("/files/download?path=/workspace/a.txt", None),
        "GET /files/exists": ("/files/exists?path=/workspace/a.txt", None),
        "GET /files/list": ("/files/list?path=/workspace", None),
        "POST /files/mkdir": ("/files/mkdir", {"path": "/workspace/d"}),
        "GET /files/read": ("/files/read?path=/workspace/a.txt", None),
        "POST /files/upload": ("/files/upload", form),
        "POST /files/write": ("/files/write", {"path": "/workspace/b.txt", "content": "Yg==", "encoding": "base64"}),
        "DELETE /files/remove": ("/files/remove?path=/workspace/d", None),
    }


def every_operation(plane):
    """Asks all operations of a file; says what is wrong."""
    problems = []
    drift = listed(plane)
    schemas = document(plane)["components"]["schemas"]
    with a_client() as client:
        requests = public_requests(client) if plane == "public" else agent_requests(client)
        ordered = sorted(operations(plane), key=lambda pair: list(requests).index(pair[0]) if pair[0] in requests else 99)
        unknown = drift.keys() - {name for name, _ in operations(plane)}
        problems += [f"{name} is listed and not in the file" for name in sorted(unknown)]
        for name, operation in ordered:
            method, path = name.split(" ")
            target, body = requests.get(name, (path, None))
            if plane == "public":
                status, content, kind = client.control(method, target, body)
            else:
                headers = {"content_type": "multipart/form-data; boundary=b"} if isinstance(body, bytes) else {}
                status, content, kind = client.agent(method, target, body, **headers)
            problem = mismatch(operation, status, content, kind, schemas)
            if name in drift and not problem:
                problems.append(f"{name} is listed as different and is not")
            if name not in drift and problem:
                problems.append(f"{name}: {problem}")
    assert not problems, "; ".join(problems)


def mismatch(operation, status, content, kind, schemas):
    """Why an answer does not fit the operation's success; None when it does."""
    answers = operation["responses"].get(str(status))
    if status >= 300 or answers is None:
        return f"status {status}: {str(content)[:200]}"
    expected = answers.get("content", {})
    if kind not in expected:
        return f"{kind}, not {' or '.join(expected)}"
    if kind == "application/json":
        schema = {"components": {"schemas": schemas}, **expected[kind]["schema"]}
        errors = [f"{'/'.join(map(str, e.instance_path))}: {e.message}"
                  for e in jsonschema_rs.Draft4Validator(schema).iter_errors(content)]
        return "; ".join(errors) or None
    return None


def each_operation_of_the_public_interface_is_answered_as_its_schema_says():
    every_operation("public")


def each_operation_of_the_agent_is_answered_as_its_schema_says():
    every_operation("agent")


# ---- Requests of schemathesis's own

def asked_by_schemathesis(plane):
    with a_client() as client, tempfile.TemporaryDirectory() as folder:
        header = f"X-API-Key: {client.server.key('HOPX')}" if plane == "public" else f"Authorization: Bearer {client.token}"
        Path(folder, "openapi.json").write_text(json.dumps(document(plane)), "utf-8")
        command = [
            Path(sys.executable).parent / "schemathesis", "run", "openapi.json",
            "--url", client.base.geturl() if plane == "public" else client.agent_base, "--header", header,
            "--phases", PHASES, "--max-examples", "10", "--seed", SEED, "--generation-database", "none",
            "--checks", "not_a_server_error,response_schema_conformance",
            "--mode", MODE, "--request-timeout", TIMEOUT, "--no-color", "--continue-on-failure", "--warnings", "off"]
        for name in listed(plane):
            command += ["--exclude-name", name]
        result = subprocess.run(
            list(map(str, command)), cwd=folder, capture_output=True, text=True, encoding="utf-8",
            env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")})
    assert result.returncode == 0, f"ended with {result.returncode}: {result.stdout[-4000:]} {result.stderr[-1000:]}"


def generated_requests_to_the_public_interface_break_nothing():
    asked_by_schemathesis("public")


def generated_requests_to_the_agent_break_nothing():
    asked_by_schemathesis("agent")


def the_interface_files_are_not_here_and_nothing_was_checked():
    """Without the files of the service."""


if __name__ == "__main__":
    if not (REFERENCE / "openapi_public.json").exists():
        main(the_interface_files_are_not_here_and_nothing_was_checked)
    main(
        each_operation_of_the_public_interface_is_answered_as_its_schema_says,
        each_operation_of_the_agent_is_answered_as_its_schema_says,
        generated_requests_to_the_public_interface_break_nothing,
        generated_requests_to_the_agent_break_nothing,
    )
