"""The groups of what is done with the HopX clients, and what each must tell."""
import re
from dataclasses import dataclass

from expected import EXPECTED
from faults import FAULTS


@dataclass(frozen=True)
class Group:
    """Things that one client does in one session."""

    # The class or the version of the client that does it.
    client: str
    group: str
    program: str
    arguments: tuple[str, ...]
    # The distributions whose versions matter.
    packages: tuple[str, ...] = ("hopx-ai",)
    environment: str = "hopx"
    # What it is recorded from unless all is: a sandbox that runs beside the recorder, or the recorder's own.
    upstream: str = "beside"
    # Whether it is also expected what was asked on the wire.
    is_counted: bool = False

    @property
    def name(self):
        return f"{self.client}.{self.group}"


OF_BOTH = (
    "retries", "control-errors", "real-errors", "code", "life", "files", "background", "webhook", "commands", "env",
    "agent", "agent-errors", "terminal", "streams", "first-use")
OLDER = ("hopx",)

# Those that wait most come first.
GROUPS = [
    Group("templates", "build", "templates_program.py", ("async", "build")),
    *[
        Group(
            client, group, "hopx_program.py", (client, group), is_counted=group in ("first-use", "retries"),
            upstream="beside" if client == "sync" else "own")
        for group in OF_BOTH for client in ("sync", "async")],
    Group("templates", "failing-build", "templates_program.py", ("async", "failing-build")),
    Group("templates", "sync", "templates_program.py", ("sync", "find")),
    Group("templates", "async", "templates_program.py", ("async", "find"), upstream="own"),
    Group("older", "life", "older_program.py", ("life",), packages=OLDER),
    Group("older", "inside", "older_program.py", ("inside",), packages=OLDER, upstream="own"),
]


def expected(group):
    """What the program must tell: check → value, the first of two where the client's class is synchronous."""
    wanted = {}
    for check, value in EXPECTED[group.group if group.client != "older" else group.name].items():
        wanted[check] = value[group.client != "sync"] if isinstance(value, tuple) else value
    return {check: value for check, value in wanted.items() if value is not ...}


def secrets_of(group):
    """What the program sends and no cassette may hold."""
    return {"failing-build": ["s3cret-password"], "webhook": ["s3cret\""]}.get(group.group, [])


def asked(group, journal):
    """Of the first use, every request in its order; of retries, how often each thing was asked for."""
    paths = [re.sub(r"/sandboxes/(?!fault-)[^/]+", "/sandboxes/ID", one["path"]) for one in journal]
    requests = [f"{one['method']} {path}" for one, path in zip(journal, paths)]
    if group.group == "first-use":
        return requests
    faulty = [fault["path"].rstrip("$") for fault in FAULTS[group.group]]
    counts = {}
    for request in requests:
        if any(request.endswith(path) for path in faulty) or request.endswith("/token/refresh"):
            counts[request] = counts.get(request, 0) + 1
    return dict(sorted(counts.items()))
