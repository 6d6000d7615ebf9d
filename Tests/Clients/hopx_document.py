"""What came of the HopX clients, as a section of a document."""
import subprocess

from passes import python_of

STEPS = {"sandbox": "sandbox", "recorded": "recorder", "played": "replay"}
TEXT = """The HopX clients are run as they are published: against `understudy sandbox`, against the recorder in front of
it, and against the replay of that recording with no sandbox left. The programs are in `Tests/Clients/hopx/`. A cell is
"yes" if every value was the expected one; of a replay, if every value was the recorded one and nothing missed.

"""
# Group → what it is about.
ABOUT = {
    "first-use": "what is asked when a sandbox is first used",
    "life": "create, connect, list, iterate, expiry, pause, kill",
    "code": "`run_code`", "background": "background code and commands, processes, kills",
    "webhook": "`run_code_async` and its signed call", "files": "`files`", "commands": "`commands`", "env": "`env`",
    "agent": "information, metrics, `cache`, desktop", "terminal": "`terminal`",
    "streams": "`run_code_stream`, `files.watch`", "control-errors": "errors of the service",
    "agent-errors": "errors of the agent", "real-errors": "errors with a cause",
    "retries": "how often is asked before an error is raised", "build": "every step of a template; build, machine",
    "failing-build": "a build that fails", "sync": "templates, synchronous", "async": "templates, asynchronous",
    "inside": "ipython, commands, variables, files, processes",
}


def document(stage, groups):
    lines = ["| client | group | what | " + " | ".join(STEPS.values()) + " |", "|---|---|---|" + "---|" * len(STEPS)]
    for group in sorted(groups, key=lambda group: (group.client, group.group)):
        cells = [outcome(stage.found.get((group.name, step))) for step in STEPS]
        about = "life with start and stop" if group.name == "older.life" else ABOUT[group.group]
        lines.append(f"| {group.client} | {group.group} | {about} | " + " | ".join(cells) + " |")
    versions = sorted({version for group in groups for version in versions_of(group)})
    return TEXT + "\n".join(lines) + f"\n\nWith {' and '.join(versions)}."


def outcome(found):
    if found is None:
        return "**no** (broke off)"
    return f"**no** ({', '.join(list(found)[:3])})" if found else "yes"


def versions_of(group):
    code = f"from importlib.metadata import version\nfor name in {group.packages!r}: print(name, version(name))"
    command = [python_of(group.environment), "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
