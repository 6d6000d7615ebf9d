"""What is done inside a sandbox: code, commands, files, variables, and what its agent tells of itself."""
import asyncio
import hashlib
import hmac
import json
import tempfile
import threading
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from client import lacking, masked, of, outcome, raised_by


@asynccontextmanager
async def a_sandbox(hopx, **options):
    sandbox = await hopx.create(**options)
    try:
        yield sandbox
    finally:
        await of(sandbox.kill())


async def code(hopx):
    async with a_sandbox(hopx, env_vars={"FIRST": "of the sandbox", "SECOND": "of the sandbox"}) as sandbox:

        async def ran(code, **options):
            return outcome(await hopx.run(sandbox, code, **options))

        yield "printed", await ran("print('naïve ☕', sum(n * n for n in range(1000)))")
        yield "nothing", await ran("")
        yield "state", [
            await ran("import math\nnumbers = [1, 2]\ndef area(r):\n    return math.pi * r * r"),
            await ran("numbers.append(3)\nprint(numbers, round(area(2), 3))")]
        failed = await ran("print('before')\nprint([1, 2][5])")
        failed["stderr"] = failed["stderr"].splitlines()[-1:]
        yield "failed", failed
        yield "after the failure", await ran("print(numbers)")
        wrong = await ran("def f(:\n    pass")
        wrong["stderr"] = wrong["stderr"].splitlines()[-1:]
        yield "syntax", wrong
        yield "both streams", await ran("import sys\nprint('out')\nprint('err', file=sys.stderr)")
        yield "exit", await ran("import sys\nprint('bye')\nsys.exit(3)")
        yield "no input", await ran("try:\n    input()\nexcept EOFError:\n    print('nothing to read')")
        yield "directory", [
            await ran("import os\nprint(os.getcwd())"),
            await ran("import os\nprint(os.getcwd())", working_dir="/tmp"),
        ]
        show = "import os\nprint([os.environ.get(name) for name in ('FIRST', 'SECOND')])"
        yield "variables", [await ran(show, env={"SECOND": "of the request"}), await ran(show)]
        yield "with a look first", await ran("print('looked')", preflight=True)
        yield "bash", await ran("for n in 1 2 3; do echo $n; done; echo odd >&2; exit 4", language="bash")
        yield "javascript", await ran("console.log([1, 2, 3].map(n => n * n).join())", language="javascript")
        yield "html", await ran(
            "class Table:\n    def _repr_html_(self):\n        return '<table></table>'\nTable()")
        yield "long", len((await hopx.run(sandbox, "print('x' * 200000)")).stdout)
        await ran("open('/workspace/made.txt', 'w').write('made by code')")
        yield "file of code", await of(sandbox.files.read("/workspace/made.txt"))


async def background(hopx):
    async with a_sandbox(hopx) as sandbox:
        waiting = await of(sandbox.run_code_background(
            "import time\nwhile True:\n    time.sleep(1)", language="python", name="waiting", env={"A": "b"}))
        yield "started", {
            "lacks": lacking(waiting, "process_id", "execution_id", "start_time", "message"),
            "status": waiting["status"], "name": waiting["name"]}

        async def listed():
            found = [one for one in await of(sandbox.list_processes()) if one["process_id"] == waiting["process_id"]]
            return [[one["name"], one["status"], one["language"]] for one in found]

        yield "listed", await listed()
        yield "killed", bool(await of(sandbox.kill_process(waiting["process_id"])))
        yield "listed when killed", [found for found in await listed() if found[1] == "running"]
        yield "killed without being there", masked(await raised_by(lambda: sandbox.kill_process("proc_absent")))

        await of(sandbox.run_code_background("open('/workspace/done.txt', 'w').write('done')", name="writer"))
        yield "what it wrote", await appeared(sandbox, "/workspace/done.txt")
        started = await of(sandbox.commands.run("echo ready > /workspace/ready.txt", background=True))
        yield "command", masked(outcome(started))
        yield "what it wrote too", await appeared(sandbox, "/workspace/ready.txt")


async def appeared(sandbox, path):
    """The content of a file that something in the background is about to write."""
    for _ in range(200):
        if await of(sandbox.files.exists(path)) and (text := await of(sandbox.files.read(path))):
            return text
        await asyncio.sleep(0.05)
    return None


# Seconds to wait for a message.
PATIENCE = 30


class Receiver:
    """A server on this machine that keeps what is posted to it."""

    def __init__(self):
        self.posted = []
        self.arrived = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.posted.append((self.path, dict(self.headers.items()), body))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()
                receiver.arrived.set()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/done?job=7"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    async def wait(self):
        """What was posted; nothing if that does not come in time."""
        await asyncio.to_thread(self.arrived.wait, PATIENCE)
        self.server.shutdown()
        self.server.server_close()
        if not self.posted:
            return None
        assert len(self.posted) == 1, f"posted {len(self.posted)} times"
        path, headers, body = self.posted[0]
        return path, {name.lower(): value for name, value in headers.items()}, body


async def webhook(hopx):
    async with a_sandbox(hopx) as sandbox:
        for name, code, secret in (("success", "print('later')", "s3cret"), ("failure", "print(1 / 0)", None)):
            receiver = Receiver()
            answer = await of(sandbox.run_code_async(
                code, receiver.url, timeout=60, env={"A": "b"}, callback_headers={"X-Job": "seven"},
                callback_signature_secret=secret))
            yield f"{name}: answer", {
                "lacks": lacking(answer, "execution_id", "message", "timestamp"), "status": answer["status"],
                "url": answer["callback_url"] == receiver.url}
            posted = await receiver.wait()
            if posted is None:
                yield f"{name}: call", None
                continue
            path, headers, body = posted
            told = json.loads(body)
            told["stderr"] = told["stderr"].splitlines()[-1:]
            yield f"{name}: call", {
                "path": path, "job": headers.get("x-job"), "type": headers.get("content-type"),
                "time": headers.get("x-hopx-timestamp", "").isdigit(),
                "signature": signature(headers, body, secret), "same": told["execution_id"] == answer["execution_id"],
                "lacks": lacking(told, "execution_time", "timestamp"),
                "body": [told[member] for member in ("status", "stdout", "stderr", "exit_code")]}


def signature(headers, body, secret):
    """Whether the signature is right. Nobody says whether the time is signed too, so both are."""
    sent = headers.get("x-hopx-signature")
    if secret is None or sent is None:
        return sent
    signed = [body, headers["x-hopx-timestamp"].encode() + b"." + body]
    return sent in ["sha256=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest() for text in signed]


TEXT = "naïve ☕\n\ttabs and trailing spaces  \n"
BYTES = bytes(range(256)) + b"\r\n\0"


async def files(hopx):
    async with a_sandbox(hopx) as sandbox:
        files = sandbox.files
        await of(files.write("/workspace/text.txt", TEXT))
        yield "text", await of(files.read("/workspace/text.txt")) == TEXT
        await of(files.write("/workspace/text.txt", "shorter"))
        yield "overwritten", await of(files.read("/workspace/text.txt"))
        await of(files.write("/workspace/empty.txt", ""))
        yield "empty", await of(files.read("/workspace/empty.txt"))
        await of(files.write_bytes("/workspace/bytes.bin", BYTES))
        yield "bytes", await of(files.read_bytes("/workspace/bytes.bin")) == BYTES
        # Text that could be base64 is decoded by the client, whatever it was meant to be.
        await of(files.write("/workspace/word.txt", "test"))
        yield "guessed", (await of(files.read_bytes("/workspace/word.txt"))).hex()
        await of(files.write("/workspace/private.sh", "echo private", "0700"))
        yield "mode", await hopx_mode(hopx, sandbox, "/workspace/private.sh")
        await of(files.mkdir("/workspace/one/two"))
        await of(files.write("/workspace/one/two/deep.txt", "deep"))
        yield "deep", await of(files.read("/workspace/one/two/deep.txt"))
        listing = sorted(await of(files.list("/workspace")), key=lambda file: file.name)
        yield "list", [[file.name, file.path, file.size, file.is_dir] for file in listing if file.is_file]
        yield "folders", [[file.name, file.path, file.is_dir] for file in listing if file.is_dir]
        yield "facts", all(
            isinstance(file.permissions, str) and file.permissions and file.modified_time is not None
            for file in listing)
        yield "default list", sorted(file.name for file in await of(files.list())) == [file.name for file in listing]
        yield "exists", [
            await of(files.exists(path)) for path in ("/workspace/text.txt", "/workspace/one", "/workspace/absent")]
        await of(files.remove("/workspace/text.txt"))
        await of(files.remove("/workspace/one"))
        yield "removed", [
            await of(files.exists(path)) for path in ("/workspace/text.txt", "/workspace/one/two/deep.txt")]
        yield "seen by code", outcome(await hopx.run(sandbox, "import os\nprint(sorted(os.listdir('/workspace')))"))
        if hopx.is_sync:
            with tempfile.TemporaryDirectory() as folder:
                local, back = Path(folder, "größe.bin"), Path(folder, "back.bin")
                local.write_bytes(BYTES)
                files.upload(str(local), "/workspace/up.bin")
                files.download("/workspace/up.bin", str(back))
                yield "uploaded", back.read_bytes() == BYTES
            yield "text of it", repr(files).startswith("<Files ")


async def hopx_mode(hopx, sandbox, path):
    result = await hopx.run(sandbox, f"import os\nprint(oct(os.stat({path!r}).st_mode & 0o777))")
    return result.stdout


async def commands(hopx):
    async with a_sandbox(hopx, env_vars={"FIRST": "of the sandbox"}) as sandbox:

        async def ran(command, **options):
            return outcome(await of(sandbox.commands.run(command, **hopx.seconds(60), **options)))

        yield "echo", await ran("echo 'naïve ☕'")
        yield "pipe", await ran("printf 'b\\na\\n' | sort && false || echo fell back")
        yield "fails", await ran("echo out; echo err >&2; exit 7")
        yield "absent", (await ran("no-such-program-here"))["exit_code"]
        yield "variables", await ran("echo $FIRST-$SECOND", env={"SECOND": "of the request"})
        yield "directory", [await ran("pwd"), await ran("pwd", working_dir="/tmp")]
        yield "files", [await ran("echo kept > kept.txt"), await ran("cat /workspace/kept.txt")]
        yield "no input", await ran("cat; echo end")
        if hopx.is_sync:
            yield "text of it", repr(sandbox.commands).startswith("<Commands ")


async def environment(hopx):
    async with a_sandbox(hopx, env_vars={"MADE": "with the sandbox"}) as sandbox:
        env = sandbox.env
        yield "made", await of(env.get_all())
        yield "set all", await of(env.set_all({"A": "1", "B": "2"}))
        yield "replaced", await of(env.get_all())
        yield "updated", await of(env.update({"B": "two", "C": "naïve ☕"}))
        yield "set", await of(env.set("D", ""))
        yield "one", [await of(env.get("B")), await of(env.get("Z")), await of(env.get("Z", "none"))]
        await of(env.delete("A"))
        await of(env.delete("Z"))
        yield "deleted", await of(env.get_all())
        # A server that masks such values would lose this one: deleting another writes all back.
        await of(env.set("API_KEY", "kept as it is"))
        await of(env.delete("D"))
        yield "seen by code", outcome(await hopx.run(
            sandbox, "import os\nprint([os.environ.get(name) for name in ('A', 'B', 'C', 'API_KEY')])"))
        yield "none", await of(env.set_all({}))
        if hopx.is_sync:
            yield "text of it", repr(env).startswith("<EnvironmentVariables ")


SNAPSHOT = (
    "uptime_seconds", "total_requests", "total_errors", "active_executions", "total_executions", "requests_total",
    "error_count", "avg_duration_ms", "p95_duration_ms", "system.cpu.usage_percent", "system.cpu.cores",
    "system.memory.total", "system.memory.used", "system.memory.free", "system.memory.usage_percent", "system.disk",
    "process.count", "process.running", "cache.size", "cache.hits", "cache.misses", "cache.hit_rate")


async def agent(hopx):
    async with a_sandbox(hopx) as sandbox:
        info = await of(sandbox.get_agent_info())
        yield "info lacks", lacking(
            info, "vm_id", "agent", "agent_version", "version", "os", "arch", "start_time", "uptime", "endpoints",
            "features")
        yield "metrics lack", lacking(await of(sandbox.get_agent_metrics()), *SNAPSHOT)
        snapshot = await of(sandbox.get_metrics_snapshot())
        yield "snapshot lacks", lacking(snapshot, *SNAPSHOT) if hopx.is_sync else not snapshot
        processes = await of(sandbox.list_system_processes())
        yield "system processes", isinstance(processes, list)
        yield "jupyter sessions", isinstance(await of(sandbox.get_jupyter_sessions()), list)
        yield "cache lacks", lacking(
            await of(sandbox.cache.stats()), "cache.size", "cache.max_size", "cache.total_hits", "cache.ttl",
            "timestamp")
        cleared = await of(sandbox.cache.clear())
        yield "cleared", lacking(cleared, "message") if hopx.is_sync else cleared
        yield "desktop", await raised_by(lambda: sandbox.desktop.screenshot()) if hopx.is_sync else None
        if hopx.is_sync:
            yield "text of it", repr(sandbox.cache).startswith("<Cache ")
