"""The HopX clients and `understudy sandbox`: answered by it, recorded from it, and played with it gone.

    hopx_clients.py [--all] [--only GROUP…] [--passes sandbox,recorded,played] [--docs FILE] [--show]

What the clients are asked to do is in hopx/, in groups: `sync.files` is the files of hopx-ai's synchronous class. Each
group is a program of its own that knows nothing of `understudy`, with servers and a cassette of its own. What it tells
must be what is expected, the same when recorded and when played, and no request may miss. A group is recorded from a
running `understudy sandbox` or from the recorder's own, with `--all` from both. `--only` takes names or beginnings of names; `--show` prints what was told.
"""
import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "hopx"))

from faults import FAULTS  # noqa: E402
from groups import GROUPS, asked, expected, secrets_of  # noqa: E402
from harness import PROJECT, main, understudy  # noqa: E402
from hopx_document import document  # noqa: E402
from passes import OF_ALL, changes, control, fail, must_have_ended_with, python_of, reported, told_by  # noqa: E402
from sections import write_section  # noqa: E402

PROGRAMS = PROJECT / "Tests" / "Clients" / "hopx"
PASSES = ("sandbox", "recorded", "played")


class Stage:
    """A folder with the cassettes of all groups, and what went wrong so far."""

    def __init__(self, folder, shows):
        self.folder = folder
        self.shows = shows
        # Group and pass → check → what is wrong with it. A pass that broke off is absent.
        self.found = {}

    def must_be_empty(self, group, step, told, found):
        self.found.setdefault((group.name, step), {}).update(found)
        if self.shows:
            print(f"{group.name} {step}: {json.dumps(told, indent=1, ensure_ascii=False)}", flush=True)
        assert not found, "; ".join(f"{check}: {what}" for check, what in found.items())


def run(group, server, key, session=None):
    """What the program told, and what it asked if that is expected too."""
    for fault in FAULTS.get(group.group, []):
        control(server, "POST", "faults", session, fault)
    exports = {"HOPX_BASE_URL": server.exports["HOPX_BASE_URL"], "HOPX_API_KEY": key, "NO_PROXY": "127.0.0.1,localhost"}
    told = told_by([python_of(group.environment), PROGRAMS / group.program, *group.arguments], server, exports)
    if group.is_counted:
        told["asked"] = asked(group, control(server, "GET", "requests", session))
    return told


def is_answered_by_a_sandbox(stage, group):
    with understudy("sandbox", folder=stage.folder) as server:
        told = run(group, server, server.key("HOPX"))
    stage.must_be_empty(group, "sandbox", told, changes(expected(group), told))
    must_have_ended_with(server, 0)


def is_recorded_from_a_sandbox(stage, group, upstream):
    """From one that runs beside, or from the recorder's own."""
    if upstream == "own":
        return record(stage, group, upstream, "sandbox")
    with understudy("sandbox", folder=stage.folder) as service:
        record(stage, group, upstream, service.exports["HOPX_BASE_URL"], {"HOPX_API_KEY": service.key("HOPX")})


def record(stage, group, upstream, address, keys=()):
    name = cassette(group, upstream)
    arguments = ["serve", "--mode", "record", "--cassette", name, "--port", "0", "--upstream", f"hopx={address}"]
    with understudy(*arguments, folder=stage.folder, variables=keys) as server:
        told = run(group, server, server.key("HOPX"))
    found = changes(expected(group), told)
    if server.exit_code != 0:
        found[OF_ALL] = f"the recorder ended with {server.exit_code}: {server.errors[-2000:]}"
    written = next(stage.folder.rglob(f"{name}.yaml"), None)
    if written is None:
        found[OF_ALL] = f"nothing was recorded: {server.errors[-2000:]}"
    else:
        (stage.folder / f"{name}.json").write_text(json.dumps(told))
        text = written.read_text(encoding="utf-8")
        if leaked := [secret for secret in [*secrets_of(group), *dict(keys).values()] if secret in text]:
            found[OF_ALL] = f"{len(leaked)} secrets are in the cassette"
    stage.must_be_empty(group, "recorded", told, found)


def plays_what_was_recorded(stage, group, upstream, server):
    name = cassette(group, upstream)
    recorded = json.loads((stage.folder / f"{name}.json").read_text())
    played = run(group, server, f"us-{name}", name)
    found = changes(recorded, played)
    status = control(server, "GET", "status", name)
    if status["misses"] or status["not_played"]:
        found[OF_ALL] = f"missed {status['misses']}, and did not ask for {status['not_played']}"
    stage.must_be_empty(group, "played", played, found)


def cassette(group, upstream):
    # A dot would begin a play position.
    return f"{group.name.replace('.', '-')}-{upstream}"


def side_by_side(pool, step, stage, performances):
    """The step for each, all at once; what to report of them, when all have ended."""
    begun = [(performance, pool.submit(step, stage, *performance)) for performance in performances]
    wait([future for _, future in begun])
    reports = []
    for (group, *more), future in begun:
        upstream = [part for part in more if isinstance(part, str)]
        reports.append(reported(" ".join([group.name, step.__name__, *upstream]), future.result))
    return reports


def perform(stage, groups, passes, upstreams):
    """All passes in their order; what to report of them."""
    reports = []
    with ThreadPoolExecutor(max_workers=max(4, os.cpu_count() or 4)) as pool:
        if "sandbox" in passes:
            reports += side_by_side(pool, is_answered_by_a_sandbox, stage, [(group,) for group in groups])
        recordings = [(group, upstream) for group in groups for upstream in upstreams or [group.upstream]]
        if "recorded" in passes:
            reports += side_by_side(pool, is_recorded_from_a_sandbox, stage, recordings)
        recorded = [one for one in recordings if (stage.folder / f"{cassette(*one)}.json").exists()]
        if "played" in passes and recorded:
            reports += played(stage, pool, recorded)
    return reports


def played(stage, pool, recorded):
    """One server for all, each in the session that its key names; no sandbox runs any more."""
    arguments = ["serve", "--cassette", cassette(*recorded[0]), "--port", "0", "--used-up", "error"]
    try:
        with understudy(*arguments, folder=stage.folder) as server:
            reports = side_by_side(pool, plays_what_was_recorded, stage, [(*one, server) for one in recorded])
    except AssertionError as error:
        why = str(error)
        return [reported("the recordings are served", lambda: fail(why))]
    return [*reports, reported("the server of the recordings ends with 0", lambda: must_have_ended_with(server, 0))]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="record from both kinds of sandboxes")
    parser.add_argument("--only", metavar="GROUP", nargs="+", help="these groups alone, or those that begin so")
    parser.add_argument("--passes", default=",".join(PASSES), help="only these, with commas between them")
    parser.add_argument("--docs", metavar="FILE", type=Path, help="write what came of it there")
    parser.add_argument("--show", action="store_true", help="print what the programs told")
    options = parser.parse_args()
    if options.docs and options.only:
        parser.error("--docs is about all groups, --only about some")
    chosen = [
        group for group in GROUPS
        if not options.only or any(group.name == name or group.name.startswith(f"{name}.") for name in options.only)]
    if not chosen:
        parser.error(f"no such group; there are {', '.join(group.name for group in GROUPS)}")
    with tempfile.TemporaryDirectory() as temporary:
        stage = Stage(Path(temporary), options.show)
        reports = perform(stage, chosen, options.passes.split(","), ["beside", "own"] if options.all else None)
        if options.docs:
            write_section(options.docs, "HopX", document(stage, chosen))
    main(*reports)
