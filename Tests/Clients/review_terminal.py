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
BASELINE = "scenarios/primes.baseline.yaml"
CLEAR, MAIN_SCREEN = "\x1b[H\x1b[2J", "\x1b[?1049l"
MARKS = ("<!-- the session that Tests/Clients/review_terminal.py has -->\n", "<!-- its end -->\n")

SCENARIO = """\
understudy: scenario/1
name: primes
agents:
  assistant: {kind: assistant, model: gpt-4o}
  user_proxy: {kind: user_proxy, executor: {kind: hopx}, max_auto_replies: 1}
conversation:
  two_agent: {from: user_proxy, to: assistant, message: Sum the first 100 primes.}
expect:
- output: {contains: "24133"}
"""

# The model's first answer, how long its code took, and what it ends with.
FIRST = ("This program sums the first 100 primes:", "3.25", "The sum is 24133.")
SECOND = ("Here is a program that adds up the first 100 primes:", "17.5", "It comes to 24133, I think.")

SCRIPT = """\
understudy: script/1
rules:
- when: {request: 1}
  reply:
    text: |-
      %s

      ```python
      print(sum(primes(100)))
      ```
- reply: {text: "%s"}
sandbox:
- reply: {stdout: "took %s s\\n24133\\n"}
"""


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
        assert MAIN_SCREEN in self.drawn, f"the terminal has its own screen back: {status} {self.drawn!r}"
        return plain(self.drawn.split(MAIN_SCREEN)[-1]), os.waitstatus_to_exitcode(status)


def plain(text):
    return re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", text).replace("\r\n", "\n")


def understudy(folder, *arguments):
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "FORCE_COLOR")}
    return subprocess.run(
        [UNDERSTUDY, *arguments], cwd=folder, capture_output=True, text=True, env=environment | {"NO_COLOR": "1"})


def record(folder, answer, took, ending):
    (folder / "answers.yaml").write_text(SCRIPT % (answer, ending, took))
    made = understudy(
        folder, "run", "primes", "--mode", "record", "--upstream", "openai=script", "--upstream", "hopx=script", "--script", "answers.yaml")
    assert made.returncode == 0, made.stdout + made.stderr


def shown(command, text):
    return f"$ {command}\n{text.rstrip()}\n"


def review(folder):
    """The story, as the texts that a person sees."""
    (folder / "scenarios").mkdir()
    (folder / "cassettes").mkdir()
    (folder / "scenarios/primes.yaml").write_text(SCENARIO)
    record(folder, *FIRST)
    assert understudy(folder, "check").returncode == 0
    accepted = understudy(folder, "accept", "--all")
    assert accepted.returncode == 0, accepted.stderr
    record(folder, *SECOND)

    check = understudy(folder, "check")
    assert check.returncode == 1, check.stdout + check.stderr
    assert check.stdout.startswith("1 suspicious · 2 expected\n"), check.stdout
    story = [shown("understudy check", check.stdout)]

    survives_a_kill(folder)
    session = Session(folder, "review")
    story.append(shown("understudy review", session.screen("Reviewing 1 of 3", "q quit")))
    story.append("a\n" + session.press("a", "Reviewing 2 of 3", "q quit"))
    story.append("m\n" + session.press("m", "finds in what is now", "Esc back"))
    story.append("Enter\n" + session.press("\r", "Reviewing 2 of 2", "q quit"))
    session.press("r")
    outcome, status = session.end()
    assert status == 0, outcome
    story.append("r\n" + outcome.strip() + "\n")

    after = understudy(folder, "check")
    assert after.returncode == 1, after.stdout + after.stderr
    assert after.stdout.startswith("0 suspicious · 1 expected · 1 rejected in review\n"), after.stdout
    assert "I think" in after.stdout and "took" not in after.stdout, after.stdout
    story.append(shown("understudy check", after.stdout))
    # The newest first; the first of all accepted the baseline.
    assert decided(folder) == ["rejected", "accepted", "masked", "accepted"], understudy(folder, "history", "primes").stdout
    assert "took [0-9.]+ s as <masked>" in understudy(folder, "history", "primes").stdout
    baseline = (folder / BASELINE).read_text()
    assert SECOND[0] in baseline and FIRST[2] in baseline and "took" in baseline, baseline
    return story


def decided(folder):
    """What the store has noted of decisions, the newest first."""
    rows = understudy(folder, "history", "primes").stdout.split("REVIEWED (UTC)")[1].strip().split("\n")[1:]
    return [next(word for word in ("accepted", "masked", "rejected") if f" {word} " in row) for row in rows]


def survives_a_kill(folder):
    """What was decided when the review was killed is known to the next one, also after another check."""
    with tempfile.TemporaryDirectory() as name:
        copy = pathlib.Path(name) / "copy"
        shutil.copytree(folder, copy)
        session = Session(copy, "review")
        session.screen("Reviewing 1 of 3", "q quit")
        session.press("a", "Reviewing 2 of 3", "q quit")
        session.press("r", "Reviewing 3 of 3", "q quit")
        os.kill(session.process, signal.SIGKILL)
        os.waitpid(session.process, 0)
        assert understudy(copy, "check").returncode == 1
        session = Session(copy, "review")
        session.screen("Reviewing 2 of 3", "1 without a decision", "q quit")
        session.press("q")
        outcome, status = session.end()
        assert status == 0 and outcome.split("left:")[0].count("primes ") == 2, outcome
        # Also what was rejected before the kill is noted, and once.
        assert decided(copy) == ["rejected", "accepted", "accepted"], understudy(copy, "history", "primes").stdout
        assert SECOND[0] in (copy / BASELINE).read_text()


def leaves_the_terminal_as_it_was(folder):
    """However a review ends: by a key, by Control-C, by a signal."""
    for end in ("q", "\x03", signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        session = Session(folder, "review")
        session.screen("Reviewing 1 of 1", "q quit")
        # Letters of several bytes, an arrow, and Escape alone.
        session.press("/é\x1b[B", "/é")
        session.press("\x1b", "q quit")
        if isinstance(end, str):
            os.write(session.terminal, end.encode())
        else:
            os.kill(session.process, end)
        _, status = session.end()
        assert (status == 0) == isinstance(end, str), status
    assert understudy(folder, "check").stdout.startswith("0 suspicious · 1 expected · 1 rejected"), "nothing was lost"


def compare(story):
    """The document shows what was seen here."""
    text = DOCUMENT.read_text()
    head, rest = text.split(MARKS[0])
    _, tail = rest.split(MARKS[1])
    block = "\n".join("```console\n" + part + "```\n" for part in story)
    wanted = head + MARKS[0] + block + MARKS[1] + tail
    if os.environ.get("UPDATE_GOLDEN") == "1" and os.environ.get("CI") != "true":
        DOCUMENT.write_text(wanted)
    assert DOCUMENT.read_text() == wanted, "docs/review.md differs; UPDATE_GOLDEN=1 writes:\n" + block


def main():
    # A terminal that shows nothing more must not stop the tests for good.
    signal.alarm(120)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        story = review(folder)
        leaves_the_terminal_as_it_was(folder)
        compare(story)
    print("review in a terminal: accepted, masked and rejected; the next check says so")


if __name__ == "__main__":
    sys.exit(main())
