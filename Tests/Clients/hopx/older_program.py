"""What programs do with hopx 0.1.10 that later versions do no more, or otherwise.

    older_program.py life|inside
"""
import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "programs"))

import older  # noqa: E402
from told import tell  # noqa: E402

hopx = older.load()
ADDRESS = {"base_url": os.environ["HOPX_BASE_URL"]} if "HOPX_BASE_URL" in os.environ else {}


def raised(call):
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return None


def outcome(result):
    facts = {"stdout": result.stdout, "stderr": result.stderr, "exit_code": result.exit_code}
    if hasattr(result, "rich_outputs"):
        facts["rich"] = [getattr(one.type, "value", one.type) for one in result.rich_outputs or []]
    return facts


def life(sandbox):
    yield "info", [sandbox.get_info().status, sandbox.get_info().template_name]
    sandbox.stop()
    yield "stopped", sandbox.get_info().status
    yield "code when stopped", raised(lambda: sandbox.run_code("print(1)"))
    yield "connect when stopped", raised(lambda: hopx.Sandbox.connect(sandbox.sandbox_id, **ADDRESS))
    sandbox.start()
    yield "started", sandbox.get_info().status
    sandbox.pause()
    connected = hopx.Sandbox.connect(sandbox.sandbox_id, **ADDRESS)
    yield "connected", connected.get_info().status
    yield "set timeout", raised(lambda: sandbox.set_timeout(60))
    yield "list", [one.sandbox_id == sandbox.sandbox_id for one in hopx.Sandbox.list(**ADDRESS)]
    yield "iterated", [one.sandbox_id == sandbox.sandbox_id for one in hopx.Sandbox.iter(**ADDRESS)]
    yield "template", hopx.Sandbox.get_template("code-interpreter", **ADDRESS).name
    yield "templates", "code-interpreter" in [one.name for one in hopx.Sandbox.list_templates(**ADDRESS)]
    yield "token", len(sandbox.get_token()) > 20
    yield "async", asyncio.run(later())


async def later():
    async with await hopx.AsyncSandbox.create("code-interpreter", timeout_seconds=300, **ADDRESS) as sandbox:
        return (await sandbox.get_info()).status


def inside(sandbox):
    yield "code", outcome(sandbox.run_code("import os\nprint(os.getcwd())", working_dir="/tmp"))
    yield "ipython", [
        outcome(sandbox.run_ipython("n = 41", env={"A": "b"})), outcome(sandbox.run_ipython("print(n + 1)"))]
    yield "html", outcome(sandbox.run_code("class T:\n    def _repr_html_(self):\n        return '<b>b</b>'\nT()"))
    yield "command", outcome(sandbox.commands.run("echo a | tr a b; pwd", working_dir="/tmp", env={"A": "b"}))
    sandbox.env.set_all({"A": "1", "B": "2"})
    yield "updated", sandbox.env.update({"B": "3"})
    sandbox.env.delete("A")
    yield "deleted", sandbox.env.get_all()
    sandbox.files.write("/workspace/a.txt", "text")
    sandbox.files.write_bytes("/workspace/b.bin", b"\x00\xff")
    yield "files", [sandbox.files.read("/workspace/a.txt"), sandbox.files.read_bytes("/workspace/b.bin").hex()]
    yield "list", sorted([file.name, file.is_directory] for file in sandbox.files.list("/workspace"))
    started = sandbox.run_code_background("import time\ntime.sleep(600)", name="sleeper", working_dir="/tmp")
    yield "background", [started["name"], started["status"]]
    yield "processes", [one["status"] for one in sandbox.list_processes() if one["name"] == "sleeper"]
    yield "killed", bool(sandbox.kill_process(started["process_id"]))
    yield "metrics", "total_executions" in sandbox.get_metrics_snapshot()
    yield "no file", raised(lambda: sandbox.files.read("/workspace/absent.txt"))
    # It sends no token with a WebSocket.
    yield "stream", raised(lambda: asyncio.run(all_of(sandbox.run_code_stream("print(1)"))))


async def all_of(messages):
    return [message async for message in messages]


if __name__ == "__main__":
    with hopx.Sandbox.create("code-interpreter", timeout_seconds=300, **ADDRESS) as sandbox:
        for name, value in {"life": life, "inside": inside}[sys.argv[1]](sandbox):
            tell(name, value)
