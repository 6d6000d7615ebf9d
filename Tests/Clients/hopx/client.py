"""A HopX client as the programs of this folder see it: the synchronous and the asynchronous class, asked alike."""
import inspect
import json
import os
import re

import hopx_ai

ADDRESS = os.environ.get("HOPX_BASE_URL", "https://api.hopx.dev")
TEMPLATE = "code-interpreter"


async def of(value):
    """What a method returned: awaited, if it has to be."""
    return await value if inspect.isawaitable(value) else value


async def raised_by(call):
    """The error that a call raised, as it is told."""
    try:
        value = await of(call())
    except Exception as error:
        return raised(error)
    return {"raised": None, "value": value}


def raised(error):
    facts = {"raised": type(error).__name__}
    if isinstance(error, hopx_ai.HopxError):
        # The asynchronous class's messages go on with the address.
        facts["message"] = error.message.partition(" for url ")[0]
        for fact in (
            "code", "status_code", "path", "language", "command", "missing_dependencies", "suggested_template",
            "retry_after", "limit", "current", "available", "upgrade_url", "build_status", "error_details",
        ):
            if (value := getattr(error, fact, None)) is not None:
                facts[fact] = value
    return facts


class Dialect:
    """One of the two classes of hopx-ai, and how its methods are spelled."""

    def __init__(self, name):
        self.name = name
        self.is_sync = name == "sync"
        self.Sandbox = hopx_ai.Sandbox if self.is_sync else hopx_ai.AsyncSandbox
        self.address = {"base_url": ADDRESS}

    def seconds(self, count):
        """The time limit of a piece of code or of a command."""
        return {"timeout" if self.is_sync else "timeout_seconds": count}

    async def create(self, template=TEMPLATE, **options):
        return await of(self.Sandbox.create(template, **({"timeout_seconds": 300} | options), **self.address))

    def named(self, sandbox_id, **options):
        """The object for a sandbox, before anything is asked about it."""
        return self.Sandbox(sandbox_id, **self.address, **options)

    async def run(self, sandbox, code, seconds=60, **options):
        return await of(sandbox.run_code(code, **self.seconds(seconds), **options))


def outcome(result):
    """What code or a command did. How long it took is not told."""
    facts = {"stdout": result.stdout, "stderr": result.stderr, "exit_code": result.exit_code}
    if hasattr(result, "rich_outputs"):
        facts["success"] = result.success
        facts["rich"] = [
            [getattr(output.type, "value", output.type), output.data] for output in result.rich_outputs or []]
    return facts


def masked(value, *sandboxes):
    """The value without what is another at each run: ids of these sandboxes, the port, times."""
    text = json.dumps(value, default=str)
    for number, sandbox in enumerate(sandboxes):
        text = text.replace(getattr(sandbox, "sandbox_id", sandbox), f"ID{number or ''}")
    text = re.sub(r"(127\.0\.0\.1|localhost):\d+", "HOST", text)
    text = re.sub(r"\b(cmd|proc|exec)_(?=[0-9A-Za-z-]*\d)[0-9A-Za-z-]+", r"\1_ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[0-9.]*(Z|\+00:00)?", "TIME", text)
    return json.loads(text)


def lacking(value, *names):
    """Which of these members are not there; `a.b` is a member of a member."""
    missing = []
    for name in names:
        found = value
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if found is None:
            missing.append(name)
    return missing
