"""What came of the scripted clients, as a document."""
import subprocess
from datetime import date

from expected import STATUSES
from harness import PROJECT, UNDERSTUDY
from passes import OF_ALL

STEPS = ("scripted", "recorded", "played")
# Heading → the checks that it is about, without the protocol's name.
COLUMNS = {
    "plain": ["hello"],
    "stream": ["streamed"],
    "one call": ["call", "streamed call"],
    "parallel calls": ["calls", "streamed calls"],
    "structured": ["structured"],
    "errors": [str(status) for status in STATUSES],
    "reset": ["reset"],
    "no answer": ["unknown"],
}
TITLE = """# Clients

These clients are run as they are published, against the built command: answered by one script
(`Tests/Clients/scripted/answers.yaml`), recorded from that script, and played from the recording. Each is a program in
`Tests/Clients/scripted/` that knows nothing of `understudy`; it gets an address and a key from its environment.

A cell is "yes" if the values were the expected ones when scripted and when recorded, and were the same again when
played, ids included, without a miss. "errors" are the statuses {statuses}; "reset" is a
connection that breaks, and "no answer" a question that the cassette does not have. Each must raise the client's own
exception. "more" is what only some clients have.
"""
AFTER = """
Written by `make test-clients` on {day}, with Python {python} and understudy {version}. `make test` runs the clients
marked with *.
"""


def document(stage, clients):
    lines = [TITLE.format(statuses=", ".join(str(status) for status in STATUSES))]
    lines.append("| client | versions | speaks | " + " | ".join([*COLUMNS, "more"]) + " |")
    lines.append("|---|---|---|" + "---|" * (len(COLUMNS) + 1))
    for client in clients:
        cells = [outcome(stage, client, checks) for checks in COLUMNS.values()]
        more = sorted({check.partition(": ")[2] for check in client.further})
        cells.append(f"{outcome(stage, client, more)}: {', '.join(more)}")
        name = f"{client.name}{'*' if client.quick else ''}"
        row = [name, ", ".join(versions(client)), ", ".join(client.protocols), *cells]
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines) + "\n" + AFTER.format(
        day=date.today().isoformat(), python=said(clients[0], "import platform; print(platform.python_version())"),
        version=subprocess.run([UNDERSTUDY, "--version"], capture_output=True, text=True, check=True).stdout.strip())


def outcome(stage, client, checks):
    """Whether all of these checks went well in all steps that they are part of, else the first that did not."""
    steps = ("unknown",) if checks == ["unknown"] else STEPS
    for step in steps:
        found = stage.found.get((client.name, step))
        if found is None:
            return f"**no** (not {step})"
        for check in found:
            if check == OF_ALL or check.partition(": ")[2] in checks:
                return f"**no** ({step}, {check})"
    return "yes"


def versions(client):
    names = said(client, f"""
from importlib.metadata import version
print(*[f"{{name}} {{version(name)}}" for name in {client.packages!r}], sep="\\n")""")
    return names.splitlines()


def said(client, code):
    python = PROJECT / ".venv" / client.group / "bin" / "python"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
