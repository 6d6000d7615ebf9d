"""What goes wrong while a program runs, for the groups about errors: faults, in the order in which they act."""

INFO = {
    "id": "fault-expired", "object": "sandbox", "status": "running", "organization_id": 1,
    "public_host": "http://127.0.0.1:9", "timeout_seconds": 60, "created_at": "2020-01-01T00:00:00Z",
    "expires_at": "2020-01-01T00:01:00Z",
}


def of_sandbox(name, **fault):
    return {"service": "hopx", "path": f"/v1/sandboxes/fault-{name}$"} | fault


def refused(code, message, **details):
    """The control plane's envelope."""
    return {
        "error": {"code": code, "message": message, "request_id": "req_fault", "details": details},
        "message": message, "code": code, "request_id": "req_fault"}


def of_agent(path, status, code=None, details=()):
    body = {"error": "It failed on purpose", "message": "It failed on purpose", "request_id": "req_fault"}
    if code:
        body |= {"code": code, "details": dict(details)}
    return {"service": "hopx", "path": f"{path}$", "status": status, "body": body}


LIMIT = refused(
    "SANDBOX_LIMIT", "Sandbox limit reached", limit=5, current=5, available=0,
    upgrade_url="https://example.org/upgrade")

CONTROL = [
    *[of_sandbox(status, status=int(status)) for status in ("400", "401", "402", "404", "409", "410", "422")],
    of_sandbox("403", status=403, body=refused("PERMISSION_DENIED", "Not allowed")),
    of_sandbox("limit", status=403, body=LIMIT),
    of_sandbox("501", status=501, body=refused("NOT_IMPLEMENTED", "Not here")),
    # A gateway's page in HTML, for as long as the client tries.
    of_sandbox("gateway", kind="bad_gateway", times=4),
    of_sandbox("expired", status=200, body=INFO, times=3),
]

AGENT = [
    of_agent("/files/read", 403, "PATH_NOT_ALLOWED"),
    of_agent("/files/read", 403, "PERMISSION_DENIED"),
    of_agent("/files/read", 404, "DIRECTORY_NOT_FOUND"),
    of_agent("/files/read", 400, "INVALID_PATH"),
    of_agent("/files/read", 409, "FILE_ALREADY_EXISTS"),
    of_agent("/files/read", 404, "FILE_NOT_FOUND", {"path": "/another/path.txt"}),
    of_agent("/files/read", 405, "METHOD_NOT_ALLOWED"),
    of_agent("/files/read", 400, "INVALID_JSON"),
    of_agent("/files/read", 400, "MISSING_PARAMETER"),
    of_agent("/files/read", 400, "INVALID_REQUEST"),
    of_agent("/files/read", 404, "PROCESS_NOT_FOUND"),
    # Once to have the token renewed, once to be told.
    of_agent("/files/read", 401, "TOKEN_EXPIRED") | {"times": 2},
    of_agent("/files/read", 404),
    of_agent("/files/read", 403),
    of_agent("/files/read", 418),
    of_agent("/execute", 422, "EXECUTION_FAILED"),
    of_agent("/execute", 408, "EXECUTION_TIMEOUT"),
    of_agent("/execute", 418),
    of_agent("/commands/run", 422, "COMMAND_FAILED"),
    of_agent("/commands/run", 418),
    of_agent("/info", 501, "DESKTOP_NOT_AVAILABLE", {"missing_dependencies": ["xvfb", "ffmpeg"]}),
    of_agent("/info", 418),
    of_agent("/files/write", 418),
    {"service": "hopx", "path": "/jupyter/sessions$", "kind": "malformed"},
]

ALWAYS = {"times": 9}
RETRIES = [
    *[of_sandbox(status, status=int(status), **ALWAYS) for status in ("500", "502", "503", "504")],
    of_sandbox("429", kind="rate_limit", retry_after=0.01, **ALWAYS),
    of_sandbox("lost", kind="reset", **ALWAYS),
    of_sandbox("silent", kind="timeout", hold=30, **ALWAYS),
    of_sandbox("recovers", status=503),
    of_sandbox("recovers", status=200, body=INFO | {"id": "fault-recovers"}),
    of_agent("/info", 500, "INTERNAL_ERROR") | ALWAYS,
    of_agent("/env", 502, "INTERNAL_ERROR") | ALWAYS,
    of_agent("/cache/stats", 503, "INTERNAL_ERROR") | ALWAYS,
    of_agent("/jupyter/sessions", 504, "INTERNAL_ERROR") | ALWAYS,
    of_agent("/processes", 429, "RATE_LIMITED") | ALWAYS,
    of_agent("/files/exists", 401, "INVALID_TOKEN"),
    of_agent("/files/read", 401, "INVALID_TOKEN") | {"times": 2},
    of_agent("/commands/run", 503, "INTERNAL_ERROR"),
]

FAILED = {
    "build_id": "build_1", "template_id": "1", "status": "failed", "progress": 40, "started_at": "2026-01-01T00:00:00Z",
    "error_message": "exit status 1",
}
FAILING_BUILD = [{"service": "hopx", "path": "/v1/templates/build/[^/]+/status$", "status": 200, "body": FAILED}]

# Group → what goes wrong in it.
FAULTS = {"control-errors": CONTROL, "agent-errors": AGENT, "retries": RETRIES, "failing-build": FAILING_BUILD}
