"""The tutorial's programs, with real AutoGen, openai and hopx-ai, under `understudy exec`: each plays its cassette.

They know nothing of us: not where the fakes are, and not that there are any. Nothing can reach the real services, whose
addresses lead to a server here that counts who comes.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from harness import PROJECT, TIMEOUT, UNDERSTUDY, main

# A sandbox that breaks down, as a file for --faults: no code runs in the first two.
BROKEN_SANDBOXES = """understudy: faults/1
faults:
- {service: hopx, path: /execute$, status: 422, times: 2}
"""


@contextmanager
def upstream():
    """A server that nobody is to ask: its address, and what it was asked."""
    hits = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            hits.append(f"{self.command} {self.path}")
            self.send_error(599)

        do_GET = do_PUT = do_DELETE = do_CONNECT = do_POST

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", hits
    finally:
        server.shutdown()
        server.server_close()


def played(program, *flags, files=(), without_address=False):
    """Runs a program of the tutorial against its cassette: what it printed, and what was said about it."""
    with tempfile.TemporaryDirectory() as temporary, upstream() as (address, hits):
        folder = Path(temporary)
        shutil.copytree(PROJECT / "examples" / "tutorial", folder / "tutorial")
        shutil.copytree(PROJECT / "cassettes" / "tutorial", folder / "cassettes" / "tutorial")
        for name, text in dict(files).items():
            (folder / name).write_text(text, encoding="utf-8")
        if without_address:
            common = folder / "tutorial" / "common.py"
            text = common.read_text(encoding="utf-8")
            assert 'os.environ.get("HOPX_BASE_URL")' in text
            common.write_text(text.replace('os.environ.get("HOPX_BASE_URL")', "None"), encoding="utf-8")
        real = {"OPENAI_BASE_URL": f"{address}/v1", "HOPX_BASE_URL": address, "HTTPS_PROXY": address}
        keys = {"OPENAI_API_KEY": "sk-real-0123456789", "HOPX_API_KEY": "hopx_live_real.0123456789"}
        name = f"tutorial/{program.replace('_', '-')}"
        result = subprocess.run(
            [UNDERSTUDY, "exec", "--cassette", name, *flags, "--", sys.executable, f"tutorial/{program}.py"],
            cwd=folder, env=os.environ | real | keys, capture_output=True, text=True, encoding="utf-8", timeout=TIMEOUT)
    assert result.returncode == 0, f"ended with {result.returncode}: {result.stdout[-1500:]} {result.stderr[-3000:]}"
    assert not hits, f"the real services were asked: {hits}"
    assert "miss" not in result.stderr, result.stderr
    return result


def says(result, *words):
    for word in words:
        assert word in result.stdout + result.stderr, f"no {word!r} in {result.stdout[-2000:]} {result.stderr[-2000:]}"


def two_agent_plays():
    says(played("two_agent"), "24133", "3 model calls, 2 code runs")


def robust_plays():
    says(played("robust"), "Sum: 24133", "NameError: name 'isqrt' is not defined", "3 model calls, 2 code runs")


def tools_plays():
    says(played("tools"), "mean       0.48", "Visualization created and saved to /app/chart.png", "3 model calls, 2 code runs")


def they_play_when_they_know_no_address_at_all():
    for program in ("two_agent", "robust", "tools"):
        played(program, without_address=True)


def robust_survives_two_sandboxes_that_break_down():
    result = played("robust", "--faults", "faults.yaml", files={"faults.yaml": BROKEN_SANDBOXES})
    says(result, "a sandbox failed, 2 more to try", "a sandbox failed, 1 more to try", "Sum: 24133", "2 faults hit")


if __name__ == "__main__":
    main(
        two_agent_plays, robust_plays, tools_plays, they_play_when_they_know_no_address_at_all,
        robust_survives_two_sandboxes_that_break_down)
