"""Drives `understudy review` in a terminal of its own: one hunk accepted, one masked, one rejected; the next check says so.

The session that docs/review.md shows is this one: its screens are compared with the document, and written into it with
UPDATE_GOLDEN=1.
"""

import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNDERSTUDY = os.environ.get("UNDERSTUDY", str(ROOT / ".build/debug/understudy"))
DOCUMENT = ROOT / "docs/review.md"
BASELINE = "scenarios/tutorial/two-agent.baseline.yaml"
CLEAR, MAIN_SCREEN = "\x1b[H\x1b[2J", "\x1b[?1049l"
MARKS = ("<!-- the session that Tests/Clients/review_terminal.py has -->\n", "<!-- its end -->\n")

# What the baseline says instead of what happens: another wording, another path, another exit code.
OLD = [
    ("I'll collect primes by trial division", "I will collect primes by trial division"),
    ("/tmp/run-8121/", "/tmp/run-7740/"),
    ("code_run: {agent: user_proxy, language: python, exit_code: 0}",
     "code_run: {agent: user_proxy, language: python, exit_code: 3}"),
]


class Session:
    """A command in a terminal of 100 columns and 30 lines, and the screens that it draws."""

    def __init__(self, folder, *arguments):
        self.drawn = ""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
            environment |= {"TERM": "xterm", "NO_COLOR": "1", "HOME": str(folder), "LANG": "C.UTF-8"}
            os.execve(UNDERSTUDY, [UNDERSTUDY, *arguments], environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.settings = termios.tcgetattr(self.terminal)

    def screen(self, *wanted):
        """The screen once all the texts are on it."""
        while True:
            screen = self.drawn.split(CLEAR)[-1]
            if all(text in screen for text in wanted):
                return plain(screen)
            ready, _, _ = select.select([self.terminal], [], [], 60)
            assert ready, f"{wanted} never came; there is:\n{plain(screen)}"
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                data = b""
            assert data, f"{wanted} never came; it ended with:\n{plain(self.drawn)[-2000:]}"
            self.drawn += data.decode()

    def press(self, keys, *wanted):
        self.drawn += CLEAR
        os.write(self.terminal, keys.encode())
        return self.screen(*wanted)

    def end(self):
        """What stands on the main screen afterwards, and the exit code."""
        while True:
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                break
            if not data:
                break
            self.drawn += data.decode()
        _, status = os.waitpid(self.process, 0)
        assert MAIN_SCREEN in self.drawn, "the terminal has its own screen back"
        return plain(self.drawn.split(MAIN_SCREEN)[-1]), os.waitstatus_to_exitcode(status)


def plain(text):
    return re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text).replace("\r\n", "\n")


def understudy(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "FORCE_COLOR")}
    return subprocess.run(
        [UNDERSTUDY, *arguments], cwd=folder, capture_output=True, text=True, env=environment | {"NO_COLOR": "1"})


def story(folder):
    """A project whose baseline is not quite what its scenario does."""
    for kind in ("scenarios", "cassettes"):
        (folder / kind / "tutorial").mkdir(parents=True)
        shutil.copy(ROOT / kind / "tutorial/two-agent.yaml", folder / kind / "tutorial")
    assert understudy(folder, "check").returncode == 0
    assert understudy(folder, "accept", "--all").returncode == 0
    path = folder / BASELINE
    text = path.read_text()
    return path, text


def main():
    signal.alarm(120)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        path, text = story(folder)
        print(text)


if __name__ == "__main__":
    sys.exit(main())
