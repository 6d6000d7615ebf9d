#!/usr/bin/env python3
"""Speed of the built command, as ratios to nginx measured in the same run. See docs/performance.md.

    bench.py [--quick] [--json] [ROW …]

CPU is what the server's process used, by /proc, for requests over kept connections; the client does not count.
"""
import argparse
import asyncio
import json
import select
import socket
import sys
import tempfile
import time
from pathlib import Path

import chats
import sandboxes
import servers
import stories

sys.path.insert(0, str(servers.PROJECT / "Tests" / "Readers"))
import read_cassette  # noqa: E402


def key_of(body):
    return read_cassette.key_of(
        "openai", "POST /v1/chat/completions", "", "",  # These bodies have nothing that match rules would drop.
        read_cassette.canonical_body(json.dumps(body).encode()))


class Stage:
    """Cassettes in a folder, each made once."""

    def __init__(self, folder, quick):
        self.folder, self.quick, self.made = Path(folder), quick, {}
        self.starts = self.rates = None

    def sandbox_starts(self):
        if self.starts is None:
            self.starts = sandboxes.start_times(self.folder, 9 if self.quick else 41)
        return self.starts

    def cassette(self, count, size=0):
        name = f"{count}-{size}"
        if name not in self.made:
            questions = [stories.question(number, size) for number in range(count)]
            path = self.folder / f"{name}.yaml"
            path.write_text(stories.cassette(questions, key_of), "utf-8")
            self.made[name] = (path, [json.dumps(body).encode() for body in questions])
        return self.made[name]

    def count(self, full):
        return max(100, full // 10) if self.quick else full


async def drive(server, bodies, connections=8):
    """Sends every body once, in order, over kept connections; each answer must be the recorded one."""
    bodies = iter(bodies)

    async def one_connection():
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for body in bodies:
            writer.write(
                (f"POST {server.path} HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\nauthorization: Bearer {server.key}\r\n"
                 f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n").encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            start = head.lower().find(b"content-length:") + len(b"content-length:")
            content = await reader.readexactly(int(head[start : head.find(b"\r\n", start)]))
            if not head.startswith(b"HTTP/1.1 200") or content != stories.ANSWER_BYTES:
                raise SystemExit(f"another answer than recorded: {head.decode('latin-1')}{content[:500]}")
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(connections)))


def cost(server, bodies):
    """Microseconds of the server's CPU for each request."""
    before = server.cpu_seconds()
    asyncio.run(drive(server, bodies))
    return max(server.cpu_seconds() - before, 1 / servers.TICK) / len(bodies) * 1e6


def best(measure, rounds=3):
    return min(measure() for _ in range(rounds))


def small(stage):
    """CPU of a small replayed chat completion, connection kept"""
    path, bodies = stage.cassette(1)
    many = bodies * stage.count(20_000)
    with servers.understudy(path) as ours, servers.nginx(stories.ANSWER_BYTES) as theirs:
        cost(ours, bodies * 500), cost(theirs, bodies * 500)
        a, b = best(lambda: cost(ours, many)), best(lambda: cost(theirs, many))
    return f"{a:.1f} µs, nginx {b:.1f} µs", a / b, "≤", 1.2


def large_repeated(stage):
    """the same for a request of 20 KB, repeated bytes"""
    path, bodies = stage.cassette(1, 20_000)
    many = bodies * stage.count(5_000)
    with servers.understudy(path) as ours, servers.nginx(stories.ANSWER_BYTES) as theirs:
        cost(ours, bodies * 200), cost(theirs, bodies * 200)
        a, b = best(lambda: cost(ours, many)), best(lambda: cost(theirs, many))
    return f"{a:.1f} µs, nginx {b:.1f} µs ({len(bodies[0])} bytes)", a / b, "≤", 2


def large_first(stage):
    """the same, bytes that come for the first time"""
    path, bodies = stage.cassette(stage.count(1_000), 20_000)
    # The same requests in other spellings: each has its recording, which was read before.
    spellings = [
        [json.dumps(json.loads(body), separators=pair).encode() for body in bodies]
        for pair in ((",", ":"), (" ,", ": "), (", ", " :"))]
    with servers.understudy(path) as ours, servers.nginx(stories.ANSWER_BYTES) as theirs:
        cost(ours, bodies), cost(theirs, bodies)
        a, b = min(cost(ours, spelling) for spelling in spellings), best(lambda: cost(theirs, bodies))
    return f"{a:.1f} µs, nginx {b:.1f} µs", a / b, "≤", 6


def large_unread(stage):
    """the same, and its recording is read from the file for the first time"""
    path, bodies = stage.cassette(stage.count(1_000), 20_000)
    with servers.nginx(stories.ANSWER_BYTES) as theirs:
        cost(theirs, bodies[:200])
        b = best(lambda: cost(theirs, bodies))

    def first():
        with servers.understudy(path) as ours:
            return cost(ours, bodies)

    a = best(first)
    return f"{a:.1f} µs, nginx {b:.1f} µs", a / b, None, None


def many_first(stage):
    """rate at 10,000 recordings ÷ rate at 10, first touch"""
    path, bodies = stage.cassette(stage.count(10_000))
    few, ten = stage.cassette(10)

    def first():
        with servers.understudy(path) as ours:
            return cost(ours, bodies)

    def first_of_ten():
        # Ten recordings are touched too fast to be measured once: a session of its own for each round.
        with servers.understudy(few) as ours:
            rounds = [session(ours, number) for number in range(stage.count(1_000))]
            before = ours.cpu_seconds()
            for server in rounds:
                asyncio.run(drive(server, ten, connections=1))
            return max(ours.cpu_seconds() - before, 1 / servers.TICK) / len(rounds) / 10 * 1e6

    a, b = best(first), best(first_of_ten)
    return f"{a:.1f} µs against {b:.1f} µs", b / a, "≥", 0.25


def session(server, number):
    return servers.Server(server.pids, server.port, server.path, f"us-benchmark.p{number}")


def many_repeated(stage):
    """the same, repeated touch"""
    path, bodies = stage.cassette(stage.count(10_000))
    few, ten = stage.cassette(10)
    with servers.understudy(path) as ours, servers.understudy(few) as small:
        cost(ours, bodies), cost(small, ten * 100)
        a = best(lambda: cost(ours, bodies))
        b = best(lambda: cost(small, ten * (len(bodies) // 10)))
    return f"{a:.1f} µs against {b:.1f} µs", b / a, "≥", 0.9


def start(stage):
    """start to first correct answer, 1 recording"""
    return started(stage, 1, 15)


def start_many(stage):
    """start to first correct answer, 10,000 recordings"""
    return started(stage, stage.count(10_000), 40)


def started(stage, count, limit):
    path, bodies = stage.cassette(count)

    def once():
        before = time.perf_counter()
        with servers.understudy(path) as ours:
            asyncio.run(drive(ours, bodies[:1], connections=1))
            return (time.perf_counter() - before) * 1000

    milliseconds = best(once, rounds=7)
    return f"{milliseconds:.1f} ms", milliseconds, "≤", limit


def memory(stage):
    """resident memory idle, 1 recording"""
    return resident(stage, 1, 30)


def memory_many(stage):
    """resident memory idle, 10,000 recordings"""
    return resident(stage, stage.count(10_000), 60)


def resident(stage, count, limit):
    path, bodies = stage.cassette(count)
    with servers.understudy(path) as ours:
        asyncio.run(drive(ours, bodies[:1], connections=1))
        megabytes = ours.resident_megabytes()
    return f"{megabytes:.1f} MB", megabytes, "≤", limit


def streams(stage):
    """1,000 streams at recorded pace, p99 lateness of their events"""
    count = 100 if stage.quick else 1_000
    body = stories.question(0)
    body["stream"] = True
    path = stage.folder / "paced.yaml"
    path.write_text(stories.paced(body, key_of(body)), "utf-8")
    with servers.understudy(path, "--speed", "1", "--used-up", "cycle") as ours:
        lateness = watch(ours, json.dumps(body).encode(), count)
    expected = count * stories.PACED_EVENTS
    if len(lateness) != expected:
        raise SystemExit(f"{len(lateness)} events came, {expected} were expected")
    worst = sorted(lateness)[len(lateness) * 99 // 100] * 1000
    return f"{worst:.2f} ms, {count} streams", worst, "≤", 5


def watch(server, body, count):
    """Opens all streams at once; seconds that each event comes later than the promptest of its stream lets expect."""
    request = (f"POST {server.path} HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\nauthorization: Bearer {server.key}\r\n"
               f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n").encode() + body
    sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
    poll = select.epoll()
    for one in sockets:
        one.setblocking(False)
        poll.register(one, select.EPOLLIN)
    by_descriptor = {one.fileno(): one for one in sockets}
    starts = {descriptor: [] for descriptor in by_descriptor}
    # Begun over half a second, as real streams are not in step; what comes meanwhile is read at once.
    begin, waiting = time.perf_counter(), list(enumerate(sockets))[::-1]
    while any(len(seen) < stories.PACED_EVENTS for seen in starts.values()):
        while waiting and time.perf_counter() >= begin + waiting[-1][0] * stories.PACED_GAP / count * 5:
            waiting.pop()[1].send(request)
        ready = poll.poll(0.0005 if waiting else 30)
        now = time.perf_counter()
        if not ready and not waiting:
            raise SystemExit("the streams have stopped")
        for descriptor, _ in ready:
            data = by_descriptor[descriptor].recv(1 << 16)
            if not data:
                raise SystemExit("a stream ended early")
            for _ in range(data.count(b"data: ")):
                starts[descriptor].append(now - len(starts[descriptor]) * stories.PACED_GAP)
    for one in sockets:
        one.close()
    return [start - min(seen) for seen in starts.values() for start in seen]


def wrong(stage):
    """wrong answers on a 12-mutation probe of a 20-message request"""
    path, (body,) = stage.cassette(1, 20_000)
    request = json.loads(body)
    mutations = [
        lambda r: r.update(model="gpt-4o-mini"), lambda r: r.update(temperature=1), lambda r: r.update(top_p=1),
        lambda r: r.pop("temperature"), lambda r: r["messages"].pop(), lambda r: r["messages"].pop(3),
        lambda r: r["messages"].insert(2, {"role": "user", "content": "x"}), lambda r: r["messages"].reverse(),
        lambda r: r["messages"][0].update(content=r["messages"][0]["content"] + " "),
        lambda r: r["messages"][-1].update(content="Hi"), lambda r: r["messages"][5].update(role="system"),
        lambda r: r["messages"][7].update(name="someone")]

    async def answered(ours, mutated):
        reader, writer = await asyncio.open_connection("127.0.0.1", ours.port)
        data = json.dumps(mutated).encode()
        writer.write(
            (f"POST {ours.path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {ours.key}\r\n"
             f"content-length: {len(data)}\r\n\r\n").encode() + data)
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return head.startswith(b"HTTP/1.1 200")

    count = 0
    with servers.understudy(path) as ours:
        for mutate in mutations:
            mutated = json.loads(body)
            mutate(mutated)
            count += asyncio.run(answered(ours, mutated))
        if not asyncio.run(answered(ours, request)):
            raise SystemExit("the request itself is not answered")
    return f"{count} of {len(mutations)}", count, "≤", 0


def executions(stage):
    """1,000 recorded executions replayed, requests/s"""
    cassette, bodies = sandboxes.record(stage.folder, 1_000)
    rounds = 2 if stage.quick else 10
    with sandboxes.replay(cassette, stage.folder) as (ours, new_sandboxes):
        def once(session):
            places = new_sandboxes(session, len(bodies))
            by_cpu, by_clock, answers = sandboxes.rate(ours, [(*at, sent) for at, sent in zip(places, bodies)])
            for number, found in enumerate(answers):
                expected = [f"{number * 1000 + index}\n" for index in range(len(found))]
                if [json.loads(answer)["stdout"] for answer in found] != expected:
                    raise SystemExit("another result than recorded")
            return by_cpu, by_clock, answers[0][0]

        found = [once(session) for session in range(rounds)]
    a, clock, answer = max(rate[0] for rate in found), max(rate[1] for rate in found), found[0][2]
    with servers.nginx(answer) as theirs:
        work = [("", "none", sent) for sent in bodies]
        b = max(sandboxes.rate(theirs, work)[0] for _ in range(rounds))
    return f"{a:.0f} per s of CPU, {clock:.0f} by the clock, nginx {b:.0f}", a, "≥", 5_000


def sandbox_start(stage):
    """sandbox created to first Python result, median"""
    ours, bare = stage.sandbox_starts()
    return f"{ours:.1f} ms, bare bubblewrap and python3 {bare:.1f} ms", ours, "≤", 150


def sandbox_start_ratio(stage):
    """the same ÷ a bare start of bubblewrap and python3"""
    ours, bare = stage.sandbox_starts()
    return f"{ours:.1f} ms against {bare:.1f} ms", ours / bare, "≤", 2


def attempts(stage):
    """attempts at the tutorial's two-agent story, in memory, a second of CPU"""
    folder, count = chats.project(stage.folder), stage.count(2_000)
    start = chats.in_memory(folder, 1)
    rate = count / (best(lambda: chats.in_memory(folder, count)) - start)
    return f"{rate:.0f} per s of CPU", rate, None, None


def attempts_over_sockets(stage):
    """the same over sockets, against `serve`"""
    rate, _ = socket_rates(stage)
    return f"{rate:.0f} per s of CPU", rate, "≥", 300


def attempts_ratio(stage):
    """the same ÷ real AutoGen in Python against the same server"""
    ours, theirs = socket_rates(stage)
    return f"{ours:.0f} against {theirs:.1f} per s of CPU", ours / theirs, "≥", 20


def socket_rates(stage):
    if stage.rates is None:
        folder, count, few = chats.project(stage.folder), stage.count(1_000), 10 if stage.quick else 40
        with chats.server(folder) as exports:
            start = chats.over_sockets(folder, exports, 1)
            ours = count / (best(lambda: chats.over_sockets(folder, exports, count)) - start)
            theirs = few / best(lambda: chats.by_autogen(folder, exports, few))
        stage.rates = ours, theirs
    return stage.rates


def listing(stage):
    """1,000 scenario files listed"""
    folder = chats.scenarios(stage.folder, 1_000)

    def once():
        start = time.perf_counter()
        chats.seconds_of_cpu([servers.UNDERSTUDY, "run", "--list"], folder)
        return time.perf_counter() - start

    seconds = best(once, 5)
    return f"{seconds * 1000:.0f} ms", seconds, "≤", 1


CHAT_ROWS = [attempts, attempts_over_sockets, attempts_ratio, listing]
SANDBOX_ROWS = [executions, sandbox_start, sandbox_start_ratio]
ROWS = [small, large_repeated, large_first, large_unread, many_first, many_repeated, start, start_many, memory, memory_many, streams, wrong, *CHAT_ROWS, *SANDBOX_ROWS]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests, to see that it works")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("rows", nargs="*", metavar="ROW", help="all: " + " ".join(row.__name__ for row in ROWS))
    options = parser.parse_args()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(folder, options.quick)
        for row in ROWS:
            if options.rows and row.__name__ not in options.rows:
                continue
            if row in SANDBOX_ROWS and not sandboxes.can_run():
                print(f"{row.__doc__:<62} left out: bubblewrap is not installed", file=sys.stderr)
                continue
            if row in CHAT_ROWS and not chats.can_run():
                print(f"{row.__doc__:<62} left out: there is no AutoGen in .venv, run make setup", file=sys.stderr)
                continue
            measured, value, sign, target = row(stage)
            met = sign is None or (value <= target if sign == "≤" else value >= target)
            goal = f"target {sign} {target}" if sign else "no target"
            results[row.__name__] = {"value": round(value, 3), "target": sign and f"{sign} {target}", "met": met}
            if not options.json:
                print(f"{row.__doc__:<66} {measured:<44} {value:>8.2f}  {goal}{'' if met else '  not met'}", flush=True)
    if options.json:
        print(json.dumps(results, indent=2))


if __name__ == "__main__":
    sys.exit(main())
