"""What the rows about sandboxes need: a client of HopX's two addresses, and a recording of many executions."""
import asyncio
import contextlib
import http.client
import json
import shutil
import signal
import subprocess
import time
from urllib.parse import urlsplit

import servers

# Like a sandbox as far as Python needs it, with nothing of ours.
BARE = [
    "bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin",
    "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev",
    "/usr/bin/python3", "-c", "print(1)"]
CREATION = json.dumps({"template_name": "code-interpreter"}).encode()


def can_run():
    return shutil.which("bwrap") is not None


@contextlib.contextmanager
def service(*command, cwd):
    """A command of ours that serves HopX; yields its address and key."""
    command = [servers.UNDERSTUDY, *command, "--port", "0", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=cwd) as process:
        try:
            exports = json.loads(process.stdout.readline())["exports"]
            yield process, urlsplit(exports["HOPX_BASE_URL"]), exports["HOPX_API_KEY"]
        finally:
            process.send_signal(signal.SIGTERM)


class Client:
    """One kept connection to the service."""

    def __init__(self, base, key):
        self.connection, self.key = http.client.HTTPConnection(base.hostname, base.port), key

    def send(self, method, path, body, headers):
        self.connection.request(method, path, body, {"content-type": "application/json", **headers})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"{method} {path}: {answer.status} {content[:300]}")
        return json.loads(content)

    def create(self):
        """Id, path of the agent and token of a new sandbox."""
        made = self.send("POST", "/v1/sandboxes", CREATION, {"x-api-key": self.key})
        return made["id"], urlsplit(made["public_host"]).path.rstrip("/"), made["auth_token"]

    def execute(self, sandbox, body):
        return self.send("POST", sandbox[1] + "/execute", body, {"authorization": f"Bearer {sandbox[2]}"})

    def delete(self, sandbox):
        self.send("DELETE", f"/v1/sandboxes/{sandbox[0]}", None, {"x-api-key": self.key})


def code(text):
    return json.dumps({"code": text, "language": "python", "timeout": 60}).encode()


def start_times(folder, rounds):
    """Milliseconds from the request for a sandbox to the first result of Python in it, and of a bare start; medians."""
    ours, bare = [], []
    with service("sandbox", cwd=folder) as (_, base, key):
        client = Client(base, key)
        for number in range(rounds + 2):
            began = time.perf_counter()
            sandbox = client.create()
            result = client.execute(sandbox, code("print(6 * 7)"))
            taken = (time.perf_counter() - began) * 1000
            if result["stdout"] != "42\n":
                raise SystemExit(f"another result: {result}")
            client.delete(sandbox)
            began = time.perf_counter()
            subprocess.run(BARE, check=True, stdout=subprocess.DEVNULL)
            if number >= 2:
                ours.append(taken)
                bare.append((time.perf_counter() - began) * 1000)
    return sorted(ours)[rounds // 2], sorted(bare)[rounds // 2]


def record(folder, count, sandboxes=8):
    """Records executions of several sandboxes that really run; returns the cassette and each sandbox's requests."""
    bodies = [[code(f"print({sandbox} * 1000 + {number})") for number in range(count // sandboxes)]
              for sandbox in range(sandboxes)]
    flags = ["serve", "--mode", "record", "--upstream", "hopx=sandbox", "--cassette", "executions"]
    with service(*flags, cwd=folder) as (process, base, key):
        client = Client(base, key)
        for requests in bodies:
            sandbox = client.create()
            for body in requests:
                client.execute(sandbox, body)
            client.delete(sandbox)
        process.send_signal(signal.SIGTERM)
        process.wait()
    return folder / "cassettes" / "executions.yaml", bodies


@contextlib.contextmanager
def replay(cassette, folder):
    """Yields the server, and a function that makes sandboxes of a fresh session of it."""
    with service("serve", "--cassette", str(cassette), cwd=folder) as (process, base, _):
        def sandboxes(session, count):
            client = Client(base, f"us-executions.p{session}")
            return [client.create()[1:] for _ in range(count)]

        yield servers.Server([process.pid], base.port), sandboxes


async def drive(port, work):
    """Sends each connection's requests in order; returns the answers' bodies, by connection."""
    async def one_connection(path, token, bodies):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answers = []
        for body in bodies:
            writer.write(
                (f"POST {path}/execute HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\n"
                 f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n").encode() + body)
            head = await reader.readuntil(b"\r\n\r\n")
            start = head.lower().find(b"content-length:") + len(b"content-length:")
            content = await reader.readexactly(int(head[start : head.find(b"\r\n", start)]))
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"no execution: {head.decode('latin-1')}{content[:500]}")
            answers.append(content)
        writer.close()
        return answers

    return await asyncio.gather(*(one_connection(*each) for each in work))


def rate(server, work):
    """Requests in each second of the server's CPU, and of the clock; and the answers."""
    before, began = server.cpu_seconds(), time.perf_counter()
    answers = asyncio.run(drive(server.port, work))
    taken = time.perf_counter() - began
    count = sum(len(bodies) for _, _, bodies in work)
    return count / max(server.cpu_seconds() - before, 1 / servers.TICK), count / taken, answers
