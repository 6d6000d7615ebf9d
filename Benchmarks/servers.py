"""The servers that are measured: the built command with a cassette, and nginx with a fixed answer."""
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parents[1]
UNDERSTUDY = os.environ.get("UNDERSTUDY", str(PROJECT / ".build" / "release" / "understudy"))
TICK = os.sysconf("SC_CLK_TCK")


class Server:
    """A running server: where it listens, and what it has used."""

    def __init__(self, pids, port, path="/v1/chat/completions", key="none"):
        self.pids, self.port, self.path, self.key = pids, port, path, key

    def cpu_seconds(self):
        total = 0
        for pid in self.pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICK

    def resident_megabytes(self):
        lines = Path(f"/proc/{self.pids[0]}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def understudy(cassette, *flags):
    """`understudy serve` of a cassette's file; yields a Server."""
    command = [UNDERSTUDY, "serve", "--cassette", str(cassette), "--port", "0", "--format", "json", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            exports = json.loads(process.stdout.readline())["exports"]
            base = urlsplit(exports["OPENAI_BASE_URL"])
            yield Server([process.pid], base.port, base.path + "/chat/completions", exports["OPENAI_API_KEY"])
        finally:
            process.send_signal(signal.SIGTERM)


@contextlib.contextmanager
def nginx(answer):
    """nginx with one worker that gives the same answer to every request; yields a Server."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        (Path(folder) / "answer.json").write_bytes(answer)
        body = answer.decode().replace("\\", "\\\\").replace("'", "\\'")
        configuration = Path(folder) / "nginx.conf"
        configuration.write_text(
            f"""daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
            events {{ worker_connections 4096; }}
            http {{ access_log off; keepalive_requests 100000000; client_max_body_size 64m; client_body_buffer_size 1m;
              client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
              uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e; default_type application/json;
              server {{ listen 127.0.0.1:{port}; location / {{ return 200 '{body}'; }} }} }}""")
        binary = shutil.which("nginx") or "/usr/sbin/nginx"
        with subprocess.Popen([binary, "-c", str(configuration)], stderr=subprocess.DEVNULL) as process:
            try:
                workers = wait_for_workers(process.pid, port)
                yield Server(workers, port)
            finally:
                process.terminate()


def wait_for_workers(pid, port):
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            if children:
                return [int(child) for child in children]
        time.sleep(0.005)
