"""Every class of error that hopx-ai can raise, and how often it asks before it gives up.

The sandboxes named `fault-…` are not there; whoever runs this makes the service fail when one of them is asked for.
"""
import asyncio
import os

from calls import a_sandbox
from client import masked, of, raised_by

CONTROL = ("400", "401", "402", "403", "limit", "404", "409", "410", "422", "501", "gateway")
# What an agent answers to requests for a file, in this order.
OF_FILES = (
    "PATH_NOT_ALLOWED", "PERMISSION_DENIED", "DIRECTORY_NOT_FOUND", "INVALID_PATH", "FILE_ALREADY_EXISTS",
    "FILE_NOT_FOUND", "METHOD_NOT_ALLOWED", "INVALID_JSON", "MISSING_PARAMETER", "INVALID_REQUEST",
    "PROCESS_NOT_FOUND", "TOKEN_EXPIRED", "404 without a code", "403 without a code", "418 without a code")


async def control(hopx):
    # Something that is not an error, so that there is something to be recorded.
    async with a_sandbox(hopx):
        pass
    for name in CONTROL:
        yield name, masked(await raised_by(hopx.named(f"fault-{name}").get_info))
    yield "expired", masked(await raised_by(hopx.named("fault-expired").ensure_healthy))
    yield "no token", (await raised_by(lambda: hopx.named("absent").get_token()))["raised"]
    key = os.environ.pop("HOPX_API_KEY")
    yield "no key", await raised_by(lambda: hopx.named("any"))
    os.environ["HOPX_API_KEY"] = key
    yield "health", (await raised_by(lambda: hopx.Sandbox.health_check(base_url="http://127.0.0.1:9")))["raised"]


async def agent(hopx):
    async with a_sandbox(hopx) as sandbox:
        yield "healthy", await of(sandbox.is_healthy())
        for name in OF_FILES:
            yield name, masked(await raised_by(lambda: sandbox.files.read("/workspace/file.txt")))
        for name in ("EXECUTION_FAILED", "EXECUTION_TIMEOUT", "execution without a code"):
            yield name, masked(await raised_by(lambda: hopx.run(sandbox, "print(1)")))
        for name in ("COMMAND_FAILED", "command without a code"):
            yield name, masked(await raised_by(lambda: sandbox.commands.run("true")))
        for name in ("DESKTOP_NOT_AVAILABLE", "info without a code"):
            yield name, masked(await raised_by(sandbox.get_agent_info))
        yield "write without a code", masked(await raised_by(lambda: sandbox.files.write("/workspace/a", "b")))
        yield "bad JSON", await raised_by(sandbox.get_jupyter_sessions)


async def real(hopx):
    """Errors with a cause, without any fault."""
    yield "no template", masked(await raised_by(lambda: hopx.create("code-interpretr")))
    yield "no such template", (await raised_by(lambda: hopx.create("zzzz")))["raised"]
    absent = lambda: of(hopx.Sandbox.create(template_id="absent", **hopx.address))  # noqa: E731
    yield "no template id", (await raised_by(absent))["raised"]
    yield "neither", await raised_by(lambda: of(hopx.Sandbox.create(**hopx.address)))
    yield "no sandbox", masked(await raised_by(hopx.named("absent").get_info))
    async with a_sandbox(hopx) as sandbox:
        files = sandbox.files
        yield "no file", masked(await raised_by(lambda: files.read("/workspace/absent.txt")))
        yield "no bytes", masked(await raised_by(lambda: files.read_bytes("/workspace/absent.bin")))
        yield "no folder", masked(await raised_by(lambda: files.list("/workspace/absent")))
        yield "nothing to remove", masked(await raised_by(lambda: files.remove("/workspace/absent")))
        for path in ("/workspace/../etc/shadow", "relative.txt"):
            yield path, (await raised_by(lambda: files.read(path)))["raised"] is not None
        await of(files.mkdir("/workspace/folder"))
        yield "folder read", (await raised_by(lambda: files.read("/workspace/folder")))["raised"]
        yield "folder written", (await raised_by(lambda: files.write("/workspace/folder", "x")))["raised"]
        yield "language", (await raised_by(lambda: hopx.run(sandbox, "x", language="cobol")))["raised"]
        yield "takes too long", masked(await raised_by(lambda: hopx.run(sandbox, "while True:\n    pass", seconds=1)))
        slow = await raised_by(lambda: sandbox.commands.run("sleep 60", **hopx.seconds(1)))
        yield "command takes too long", slow["raised"] or slow["value"].exit_code != 0
        yield "works again", (await hopx.run(sandbox, "print('again')")).stdout


async def retries(hopx):
    """All at once, since most of the time is spent waiting between tries."""
    async with a_sandbox(hopx) as sandbox:
        agent = {
            "500": sandbox.get_agent_info, "502": lambda: sandbox.env.get_all(), "503": lambda: sandbox.cache.stats(),
            "504": sandbox.get_jupyter_sessions, "429": sandbox.list_system_processes,
            "401 once": lambda: sandbox.files.exists("/workspace"),
            "401 twice": lambda: sandbox.files.read("/workspace/a"),
            "recovers": lambda: sandbox.commands.run("echo recovered"),
        }
        if hopx.is_sync:
            # Each resource is made on its first use, and that is not to happen in several threads at once.
            sandbox.env, sandbox.cache, sandbox.files, sandbox.commands
        else:
            await sandbox.is_healthy()
        impatient = {"lost": {}, "silent": {"timeout": 0.3}}
        control = {
            name: hopx.named(f"fault-{name}", **impatient.get(name, {})).get_info
            for name in ("500", "502", "503", "504", "429", "lost", "silent", "recovers")}
        names = [f"control {name}" for name in control] + [f"agent {name}" for name in agent]
        told = await asyncio.gather(*[in_time(hopx, call) for call in [*control.values(), *agent.values()]])
        for name, value in zip(names, told):
            found = value.get("value")
            if found is not None:
                value["value"] = getattr(found, "stdout", None) or getattr(found, "status", found)
            # Which words the system has for it is not told.
            yield name, {"raised": "NetworkError"} if value["raised"] == "NetworkError" else masked(value)


async def in_time(hopx, call):
    if hopx.is_sync:
        return await asyncio.to_thread(lambda: asyncio.run(raised_by(call)))
    return await raised_by(call)
