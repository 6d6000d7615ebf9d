"""What the programs of this folder must tell, written by hand from HopX's documents and the clients' code.

A pair is what the synchronous class and what the asynchronous class tells; `...` is what one of them does not tell.
"""


def did(stdout="", stderr="", exit_code=0, rich=()):
    """An answer of `run_code`."""
    return {
        "stdout": stdout, "stderr": stderr, "exit_code": exit_code, "success": exit_code == 0, "rich": [*rich]}


def ran(stdout="", stderr="", exit_code=0):
    """An answer of `commands.run`, which is another class of the synchronous client than of the other."""
    return {"stdout": stdout, "stderr": stderr, "exit_code": exit_code}, did(stdout, stderr, exit_code)


def both(*pairs):
    """Pairs as a pair of lists."""
    return tuple([pair[n] for pair in pairs] for n in (0, 1))


def refused(raised, code, status, message, **facts):
    return {"raised": raised, "code": code, "status_code": status, "message": message} | facts


def lost(operation, status):
    """What the asynchronous client makes of an agent's refusal whose code it does not know."""
    reasons = {
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        409: "Conflict", 418: "I'm a teapot", 429: "Too Many Requests", 500: "Internal Server Error",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
    kind = "Server" if status >= 500 else "Client"
    return {"raised": "AgentError", "message": f"{operation} failed: {kind} error '{status} {reasons[status]}'"}


# A bug of the asynchronous client: it makes some errors in a way that they do not take.
BUG = {"raised": "TypeError"}

FIRST_USE = {
    "run": did("first\n"), "again": did("second\n"),
    "asked": [
        "POST /v1/sandboxes", "GET /v1/sandboxes/ID", "GET /health", "POST /execute", "POST /execute",
        "DELETE /v1/sandboxes/ID"],
}

HOST = "HOST/x/ID.local.vms.hopx.dev"
GONE = refused("NotFoundError", "SANDBOX_NOT_FOUND", 404, "Sandbox ID not found")
LIFE = {
    "health": "healthy",
    "info": {
        "is the one": True, "status": "running", "template": "code-interpreter", "organization is a number": True,
        "timeout": 600, "internet": False, "has resources": True, "region": True, "created": True,
        "host": f"http://{HOST}"},
    "text": (
        ["<Sandbox ID>", f"Sandbox(id=ID, status=running, url=http://{HOST})"],
        ["<AsyncSandbox ID>", "AsyncSandbox(id=ID)"]),
    "time to expiry": True, "expiring soon": [False, True],
    "expiry": {"expired": False, "soon": True, "limited": True, "seconds": True, "when": True}, "longer": True,
    # The client's pattern was made for another form of address; what counts is that it does not refuse this one.
    "preview": f"https://8080-{HOST}/", "agent url": f"https://7777-{HOST}/",
    "healthy": True, "healthy or an error": None,
    "tokens": {"one": True, "another": True}, "after the refresh": "with a new token\n",
    "paused": "paused", "paused twice": refused("APIError", "INVALID_STATE", 409, "Sandbox ID is paused, not running"),
    "code while paused": (
        refused("AgentError", "SANDBOX_PAUSED", 409, "Sandbox ID is paused"), lost("execute code", 409)),
    "resumed": "running", "ids differ": True,
    # Only the synchronous class resumes what it connects to.
    "connected": ({"is the one": True, "status": "running"}, {"is the one": True, "status": "paused"}),
    "run when connected": ("connected\n", ...), "by agent alone": ("direct\n", ...),
    "list": [0, 1], "list of one": 1, "list of paused": ([0], [0, 1]), "list elsewhere": [],
    "iterated": [0, 1], "iterated of paused": ([0], [0, 1]), "iterated elsewhere": [],
    "killed": GONE, "killed twice": GONE, "killed and healthy": False, "without a limit": [None, None],
    "ended by its block": GONE,
}

CODE = {
    "printed": did("naïve ☕ 332833500\n"), "nothing": did(), "state": [did(), did("[1, 2, 3] 12.566\n")],
    "failed": did("before\n", ["IndexError: list index out of range"], 1), "after the failure": did("[1, 2, 3]\n"),
    "syntax": did("", ["SyntaxError: invalid syntax"], 1), "both streams": did("out\n", "err\n"),
    "exit": did("bye\n", "", 3), "no input": did("nothing to read\n"),
    "directory": [did("/workspace\n"), did("/tmp\n")],
    "variables": [did("['of the sandbox', 'of the request']\n"), did("['of the sandbox', 'of the sandbox']\n")],
    "with a look first": did("looked\n"), "bash": did("1\n2\n3\n", "odd\n", 4), "javascript": did("1,4,9\n"),
    "html": did(rich=[["text/html", {"text/html": "<table></table>"}]]), "long": 200001, "file of code": "made by code",
}

BACKGROUND = {
    "started": {"lacks": [], "status": "running", "name": "waiting"}, "listed": [["waiting", "running", "python"]],
    "killed": True, "listed when killed": [],
    "killed without being there": (
        refused("AgentError", "PROCESS_NOT_FOUND", 404, "Process not found: proc_absent"), lost("kill process", 404)),
    "what it wrote": "done", "command": ran("Background process started: cmd_ID"), "what it wrote too": "ready\n",
}


def called_back(signature, *body):
    return {
        "path": "/done?job=7", "job": "seven", "type": "application/json", "time": True, "signature": signature,
        "same": True, "lacks": [], "body": [*body]}


QUEUED = {"lacks": [], "status": "queued", "url": True}
WEBHOOK = {
    "success: answer": QUEUED, "success: call": called_back(True, "completed", "later\n", [], 0),
    "failure: answer": QUEUED,
    "failure: call": called_back(None, "failed", "", ["ZeroDivisionError: division by zero"], 1),
}

FILES = {
    "text": True, "overwritten": "shorter", "empty": "", "bytes": True, "guessed": "b5eb2d", "mode": "0o700\n",
    "deep": "deep",
    "list": [
        [name, f"/workspace/{name}", size, False] for name, size in (
            ("bytes.bin", 259), ("empty.txt", 0), ("private.sh", 12), ("text.txt", 7), ("word.txt", 4))],
    "folders": [["one", "/workspace/one", True]], "facts": True, "default list": True, "exists": [True, True, False],
    "removed": [False, False], "seen by code": did("['bytes.bin', 'empty.txt', 'private.sh', 'word.txt']\n"),
    "uploaded": (True, ...), "text of it": (True, ...),
}

COMMANDS = {
    "echo": ran("naïve ☕\n"), "pipe": ran("a\nb\nfell back\n"), "fails": ran("out\n", "err\n", 7), "absent": 127,
    "variables": ran("of the sandbox-of the request\n"), "directory": both(ran("/workspace\n"), ran("/tmp\n")),
    "files": both(ran(), ran("kept\n")), "no input": ran("end\n"), "text of it": (True, ...),
}

ENV = {
    "made": {"MADE": "with the sandbox"}, "set all": {"A": "1", "B": "2"}, "replaced": {"A": "1", "B": "2"},
    "updated": {"A": "1", "B": "two", "C": "naïve ☕"}, "set": ({"A": "1", "B": "two", "C": "naïve ☕", "D": ""}, None),
    "one": ["two", None, "none"], "deleted": {"B": "two", "C": "naïve ☕", "D": ""},
    "seen by code": did("[None, 'two', 'naïve ☕', 'kept as it is']\n"), "none": {}, "text of it": (True, ...),
}

AGENT = {
    "info lacks": [], "metrics lack": [], "snapshot lacks": ([], False), "system processes": True,
    "jupyter sessions": True, "cache lacks": [], "cleared": ([], None),
    # The client's own words: any refusal of its first question means to it that there is no desktop.
    "desktop": ({
        "raised": "DesktopNotAvailableError", "code": "desktop_not_available",
        "message": "Desktop automation is not available in this sandbox. Your template may be missing required "
        "dependencies.",
        "missing_dependencies": ["xdotool", "xvfb", "tigervnc-standalone-server", "wmctrl", "imagemagick"]}, None),
    "text of it": (True, ...),
}

TERMINAL = {
    "text of it": (True, ...), "kinds": ["exit", "output"], "output": {"sum": True, "columns": True}, "exit": [3],
    "closed": 1000,
}


def streamed(stdout, stderr="", exit_code=0):
    kinds = {"result", "complete", *(["stdout"] if stdout else []), *(["stderr"] if stderr else [])}
    return {
        "kinds": sorted(kinds), "last": "complete", "stdout": stdout, "stderr": stderr, "times": True,
        "exit_code": exit_code, "success": exit_code == 0}


STREAMS = {
    "code": streamed("0\n1\n2\n", "err\n"), "options": streamed("/tmp of the sandbox of the request\n", "", 5),
    "bash": streamed("one\ntwo\n"), "changes": ["created /workspace/seen.txt", "deleted /workspace/seen.txt"],
}

ASKED_FOR = "(a fault that was asked for)"
CONTROL_ERRORS = {
    "400": refused("ValidationError", "INVALID_REQUEST", 400, f"Bad request {ASKED_FOR}"),
    "401": refused("AuthenticationError", "UNAUTHORIZED", 401, f"Incorrect API key provided {ASKED_FOR}"),
    "402": refused("APIError", "PAYMENT_REQUIRED", 402, f"Payment required {ASKED_FOR}"),
    "403": refused("APIError", "PERMISSION_DENIED", 403, "Not allowed"),
    "limit": refused(
        "ResourceLimitError", "SANDBOX_LIMIT", 403, "Sandbox limit reached", limit=5, current=5, available=0,
        upgrade_url="https://example.org/upgrade"),
    "404": refused("NotFoundError", "SANDBOX_NOT_FOUND", 404, "Sandbox fault-404 not found"),
    "409": refused("APIError", "CONFLICT", 409, f"Conflict {ASKED_FOR}"),
    "410": refused("APIError", "SANDBOX_EXPIRED", 410, f"The request was refused {ASKED_FOR}"),
    "422": refused("APIError", "EXECUTION_FAILED", 422, f"The request was refused {ASKED_FOR}"),
    "501": refused("ServerError", "NOT_IMPLEMENTED", 501, "Not here"),
    "gateway": {
        "raised": "ServerError", "status_code": 502,
        "message": "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>"
        "</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"},
    "expired": refused("SandboxExpiredError", "sandbox_expired", 410, "Sandbox fault-expired has expired"),
    # The synchronous class keeps the reason to itself.
    "no token": ("HopxError", "NotFoundError"), "no key": {"raised": "ValueError"},
    "health": "NetworkError",
}

PURPOSE = "It failed on purpose"
FILE = "/workspace/file.txt"


def of_read(code, status, sync="AgentError"):
    return refused(sync, code, status, PURPOSE), lost("read file", status)


def not_found(code, path):
    return {"raised": "FileNotFoundError", "code": code, "message": PURPOSE, "path": path}


AGENT_ERRORS = {
    "healthy": True,
    "PATH_NOT_ALLOWED": (refused("FileOperationError", "PATH_NOT_ALLOWED", 403, PURPOSE), BUG),
    "PERMISSION_DENIED": (refused("AgentError", "PERMISSION_DENIED", 403, PURPOSE), BUG),
    "DIRECTORY_NOT_FOUND": of_read("DIRECTORY_NOT_FOUND", 404, "FileOperationError"),
    "INVALID_PATH": of_read("INVALID_PATH", 400, "FileOperationError"),
    "FILE_ALREADY_EXISTS": of_read("FILE_ALREADY_EXISTS", 409, "FileOperationError"),
    "FILE_NOT_FOUND": (not_found("FILE_NOT_FOUND", "/another/path.txt"), not_found("file_not_found", FILE)),
    "METHOD_NOT_ALLOWED": of_read("METHOD_NOT_ALLOWED", 405), "INVALID_JSON": of_read("INVALID_JSON", 400),
    "MISSING_PARAMETER": of_read("MISSING_PARAMETER", 400), "INVALID_REQUEST": of_read("INVALID_REQUEST", 400),
    "PROCESS_NOT_FOUND": of_read("PROCESS_NOT_FOUND", 404), "TOKEN_EXPIRED": of_read("TOKEN_EXPIRED", 401),
    "404 without a code": (not_found("file_not_found", FILE), lost("read file", 404)),
    "403 without a code": (not_found("file_not_found", FILE), lost("read file", 403)),
    "418 without a code": of_read("file_operation_failed", 418, "FileOperationError"),
    "EXECUTION_FAILED": (
        refused("CodeExecutionError", "EXECUTION_FAILED", 422, PURPOSE, language="python"), BUG),
    "EXECUTION_TIMEOUT": (
        refused("CodeExecutionError", "EXECUTION_TIMEOUT", 408, PURPOSE, language="python"), BUG),
    "execution without a code": (
        refused("CodeExecutionError", "code_execution_failed", 418, PURPOSE, language="python"),
        lost("execute code", 418)),
    "COMMAND_FAILED": (refused("CommandExecutionError", "COMMAND_FAILED", 422, PURPOSE, command="true"), BUG),
    "command without a code": (
        refused("CommandExecutionError", "command_execution_failed", 418, PURPOSE, command="true"),
        lost("run command", 418)),
    # The asynchronous class does not read the details.
    "DESKTOP_NOT_AVAILABLE": (
        refused(
            "DesktopNotAvailableError", "DESKTOP_NOT_AVAILABLE", 501, PURPOSE, missing_dependencies=["xvfb", "ffmpeg"]),
        {
            "raised": "DesktopNotAvailableError", "code": "desktop_not_available", "message": PURPOSE,
            "missing_dependencies": []}),
    "info without a code": (refused("AgentError", "HTTP_418", 418, PURPOSE), lost("GET request", 418)),
    "write without a code": (
        refused("FileOperationError", "file_operation_failed", 418, PURPOSE), lost("write file", 418)),
    "bad JSON": {"raised": "JSONDecodeError"},
}


def absent(path):
    facts = {"raised": "FileNotFoundError", "message": f"File not found: {path}", "path": path}
    return facts | {"code": "FILE_NOT_FOUND"}, facts | {"code": "file_not_found"}


REAL_ERRORS = {
    "no template": refused(
        "TemplateNotFoundError", "TEMPLATE_NOT_FOUND", 404,
        "Template 'code-interpretr' not found. Did you mean 'code-interpreter'?",
        suggested_template="code-interpreter"),
    "no such template": "TemplateNotFoundError", "no template id": "NotFoundError", "neither": {"raised": "ValueError"},
    "no sandbox": refused("NotFoundError", "SANDBOX_NOT_FOUND", 404, "Sandbox absent not found"),
    "no file": absent("/workspace/absent.txt"), "no bytes": absent("/workspace/absent.bin"),
    "no folder": (
        refused("FileOperationError", "DIRECTORY_NOT_FOUND", 404, "Directory not found: /workspace/absent"),
        lost("list files", 404)),
    "nothing to remove": absent("/workspace/absent"), "/workspace/../etc/shadow": True, "relative.txt": True,
    "folder read": ("FileOperationError", "AgentError"), "folder written": ("FileOperationError", "AgentError"),
    "language": "AgentError",
    "takes too long": (
        refused(
            "CodeExecutionError", "EXECUTION_TIMEOUT", 408, "Execution timed out after 1 seconds", language="python"),
        BUG),
    "command takes too long": ("CodeExecutionError", "TypeError"), "works again": "again\n",
}


def failing(code, status, operation):
    return refused("AgentError", code, status, PURPOSE), lost(operation, status)


RETRIES = {
    "control 500": refused("ServerError", "INTERNAL_ERROR", 500, f"The server had an error {ASKED_FOR}"),
    "control 502": refused("ServerError", "INTERNAL_ERROR", 502, f"The server had an error {ASKED_FOR}"),
    "control 503": refused("ServerError", "SERVICE_UNAVAILABLE", 503, f"The service is unavailable {ASKED_FOR}"),
    "control 504": refused("ServerError", "EXECUTION_TIMEOUT", 504, f"The request timed out {ASKED_FOR}"),
    "control 429": refused(
        "RateLimitError", "RATE_LIMIT_EXCEEDED", 429, f"Rate limit reached {ASKED_FOR}", retry_after=0.01),
    "control lost": {"raised": "NetworkError"},
    "control silent": {"raised": "TimeoutError", "message": "Request timed out after 0.3s"},
    "control recovers": {"raised": None, "value": "running"},
    "agent 500": failing("INTERNAL_ERROR", 500, "GET request"),
    "agent 502": failing("INTERNAL_ERROR", 502, "get environment variables"),
    "agent 503": failing("INTERNAL_ERROR", 503, "get cache stats"),
    "agent 504": failing("INTERNAL_ERROR", 504, "GET request"),
    "agent 429": failing("RATE_LIMITED", 429, "GET request"),
    "agent 401 once": {"raised": None, "value": True},
    "agent 401 twice": (refused("AgentError", "INVALID_TOKEN", 401, PURPOSE), BUG),
    "agent recovers": {"raised": None, "value": "recovered\n"},
    # The control plane is asked four times, an agent three times; a token is renewed once for each refused request.
    "asked": {
        **{f"GET /v1/sandboxes/fault-{name}": 4 for name in ("429", "500", "502", "503", "504", "lost", "silent")},
        "GET /v1/sandboxes/fault-recovers": 2,
        **{f"GET {path}": 3 for path in ("/info", "/env", "/cache/stats", "/jupyter/sessions", "/processes")},
        "GET /files/exists": 2, "GET /files/read": 2, "POST /commands/run": 2,
        "POST /v1/sandboxes/ID/token/refresh": 2},
}

FIND = {
    "listed": {"title": True, "active": True, "public": True}, "of a language": True, "of no category": [],
    "by name": {"same": True, "status": "active", "resources": True},
    "by id": {"same": True, "status": "active", "resources": True}, "absent": "NotFoundError",
    "public deleted": ["APIError", 403], "absent deleted": "NotFoundError",
}

BUILD = {
    "built": {"build": True, "template": True, "progress": [100]}, "log": {"lines": True, "steps": True},
    "logs": {"text": True, "complete": True, "offset": True}, "no more logs": "",
    "found": {"same": True, "status": "active", "public": False, "active": True},
    "machine": {"status": "running", "of it": True}, "inside": "4\n", "machine deleted": "NotFoundError",
    # The client has no class for what goes wrong when a build is begun.
    "name is taken": {"raised": "Exception"}, "updated": True, "deleted": "NotFoundError",
}

FAILING_BUILD = {
    "fails": {
        "raised": "TemplateBuildError", "code": "template_build_failed", "build_status": "failed",
        "error_details": "exit status 1"},
    "no image": "ValueError", "no step": "ValueError",
    "checks of readiness": ["port", "url", "file", "process", "command"],
}

OLDER_LIFE = {
    "info": ["running", "code-interpreter"], "stopped": "stopped",
    # A bug of this client: it makes such errors in a way that they do not take.
    "code when stopped": "TypeError",
    "connect when stopped": "HopxError", "started": "running", "connected": "running",
    "set timeout": "NotImplementedError", "list": [True], "iterated": [True], "template": "code-interpreter",
    "templates": True, "token": True, "async": "running",
}


def older(*arguments, rich=()):
    """Of rich output it is told what it is."""
    return {name: value for name, value in did(*arguments, rich=rich).items() if name != "success"}


OLDER_INSIDE = {
    "code": older("/tmp\n"), "ipython": [older(), older("42\n")],
    "html": older(rich=["text/html"]), "command": ran("b\n/tmp\n")[0],
    "updated": {"A": "1", "B": "3"}, "deleted": {"B": "3"}, "files": ["text", "00ff"],
    "list": [["a.txt", False], ["b.bin", False]], "background": ["sleeper", "running"], "processes": ["running"],
    "killed": True, "metrics": True,
    # The same bug.
    "no file": "TypeError",
    # It sends no token with a WebSocket.
    "stream": "InvalidStatus",
}

# Group → check → value.
EXPECTED = {
    "first-use": FIRST_USE, "life": LIFE, "code": CODE, "background": BACKGROUND, "webhook": WEBHOOK, "files": FILES,
    "commands": COMMANDS, "env": ENV, "agent": AGENT, "terminal": TERMINAL, "streams": STREAMS,
    "control-errors": CONTROL_ERRORS, "agent-errors": AGENT_ERRORS, "real-errors": REAL_ERRORS, "retries": RETRIES,
    "sync": FIND, "async": FIND, "build": BUILD, "failing-build": FAILING_BUILD, "older.life": OLDER_LIFE,
    "older.inside": OLDER_INSIDE,
}
