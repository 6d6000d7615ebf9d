"""What goes over WebSockets: a terminal, the output of code while it runs, and changes of files."""
import asyncio
import logging
from contextlib import contextmanager

from calls import a_sandbox
from client import of

PATIENCE = 30


async def terminal(hopx):
    async with a_sandbox(hopx) as sandbox:
        terminal = sandbox.terminal
        if hopx.is_sync:
            yield "text of it", repr(terminal).startswith("<Terminal ")
        socket = await asyncio.wait_for(terminal.connect(timeout=PATIENCE), PATIENCE)
        async with socket:
            await terminal.resize(socket, 100, 30)
            await terminal.send_input(socket, "echo sum-$((40 + 2)); tput cols 2>/dev/null || stty size\n")
            await terminal.send_input(socket, "exit 3\n")
            messages = await asyncio.wait_for(all_of(terminal.iter_output(socket)), PATIENCE)
        output = "".join(message.get("data", "") for message in messages)
        yield "kinds", sorted({message["type"] for message in messages})
        yield "output", {"sum": "sum-42" in output, "columns": "100" in output}
        yield "exit", [message.get("code") for message in messages if message["type"] == "exit"]
        yield "closed", socket.close_code


async def streams(hopx):
    async with a_sandbox(hopx, env_vars={"FIRST": "of the sandbox"}) as sandbox:
        code = "import os, sys\nfor n in range(3):\n    print(n, flush=True)\nprint('err', file=sys.stderr)"
        yield "code", await streamed(sandbox.run_code_stream(code, timeout=60))
        show = "import os\nprint(os.getcwd(), os.environ['FIRST'], os.environ['SECOND'])\nraise SystemExit(5)"
        yield "options", await streamed(sandbox.run_code_stream(
            show, language="python", timeout=60, env={"SECOND": "of the request"}, working_dir="/tmp"))
        yield "bash", await streamed(sandbox.run_code_stream("echo one; echo two", language="bash"))
        yield "changes", await watched(sandbox)


async def all_of(messages):
    return [message async for message in messages]


async def streamed(messages):
    """The streams put together, and how the run ended. In how many pieces they came does not matter."""
    messages = await asyncio.wait_for(all_of(messages), PATIENCE)
    told = {"kinds": sorted({message["type"] for message in messages}), "last": messages[-1]["type"]}
    for kind in ("stdout", "stderr"):
        told[kind] = "".join(message["data"] for message in messages if message["type"] == kind)
    result = next(message for message in messages if message["type"] == "result")
    told["times"] = "execution_time" in result and "timestamp" in result
    return told | {"exit_code": result["exit_code"], "success": messages[-1].get("success")}


WANTED = {("/workspace/seen.txt", "created"), ("/workspace/seen.txt", "deleted")}


async def watched(sandbox):
    """What is told of a file that is written and removed."""
    changes = set()

    async def watch():
        async for message in sandbox.files.watch("/workspace"):
            if message["type"] == "change":
                changes.add((message["path"], message["event"]))
            if changes >= WANTED:
                return

    with asked_to_watch() as begun:
        watching = asyncio.create_task(watch())
        try:
            await asyncio.wait([watching, asyncio.create_task(begun.wait())], return_when=asyncio.FIRST_COMPLETED)
            # It may have been asked, and not yet have begun: then it sees the next round.
            for _ in range(PATIENCE):
                await of(sandbox.files.write("/workspace/seen.txt", "one"))
                await of(sandbox.files.remove("/workspace/seen.txt"))
                if (await asyncio.wait([watching], timeout=1))[0]:
                    break
            assert watching.done(), f"nothing but {changes} was seen"
            await watching
        finally:
            watching.cancel()
    return sorted(f"{event} {path}" for path, event in changes & WANTED)


@contextmanager
def asked_to_watch():
    """An event that is set when the client has asked for changes, which it tells its log alone."""
    begun = asyncio.Event()

    class Handler(logging.Handler):
        def emit(self, record):
            if record.getMessage().startswith("Sent WS message"):
                begun.set()

    log, handler = logging.getLogger("hopx_ai._ws_client"), Handler()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        yield begun
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
