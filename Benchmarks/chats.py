"""What the rows about conversations need: the tutorial's story performed by `run`, and by real AutoGen, against one server."""
import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from urllib.parse import urlsplit

import servers

STORY = "tutorial/two-agent"
# So many attempts at a time keep the processors busy: one alone pays for going to sleep and being woken.
JOBS = "16"
AUTOGEN = servers.PROJECT / ".venv" / "autogen-0.2" / "bin" / "python"


def can_run():
    return AUTOGEN.exists()


def project(folder):
    """A project with the story alone; made once."""
    folder = folder / "story"
    if not folder.exists():
        for name in ("scenarios", "cassettes"):
            (folder / name / "tutorial").mkdir(parents=True)
            shutil.copy(servers.PROJECT / name / f"{STORY}.yaml", folder / name / "tutorial")
    return folder


def seconds_of_cpu(command, folder, environment=None):
    """What a command and its children use up; raises when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | (environment or {})
    result = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"{command} ended with {result.returncode}: {result.stdout[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextlib.contextmanager
def server(folder):
    """The story on a port, over and over; yields its exports."""
    command = [servers.UNDERSTUDY, "serve", "--cassette", STORY, "--port", "0", "--format", "json", "--used-up", "cycle"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder) as process:
        try:
            yield json.loads(process.stdout.readline())["exports"]
        finally:
            process.send_signal(signal.SIGTERM)


def in_memory(folder, count):
    return seconds_of_cpu([servers.UNDERSTUDY, "run", "--repeat", str(count), "--jobs", JOBS, "--quiet"], folder)


def over_sockets(folder, exports, count):
    hopx = urlsplit(exports["HOPX_BASE_URL"])
    return seconds_of_cpu(
        [servers.UNDERSTUDY, "run", "--mode", "live", "--repeat", str(count), "--jobs", JOBS, "--quiet",
         "--upstream", f"openai={exports['OPENAI_BASE_URL']}", "--upstream", f"hopx={hopx.scheme}://{hopx.netloc}"], folder)


def by_autogen(folder, exports, count):
    """The same chats, in one process that has imported everything: the CPU of the chats alone."""
    program = servers.PROJECT / "Benchmarks" / "autogen_chats.py"
    result = subprocess.run(
        [AUTOGEN, program, servers.PROJECT / "examples" / "tutorial", str(count)], cwd=folder, text=True, check=True,
        env=os.environ | exports | {"PYTHONDONTWRITEBYTECODE": "1"}, stdout=subprocess.PIPE)
    return float(result.stdout.splitlines()[-1])


def scenarios(folder, count):
    """A project with so many scenarios."""
    folder = folder / f"{count}-scenarios"
    text = (servers.PROJECT / "scenarios" / f"{STORY}.yaml").read_text("utf-8")
    for number in range(count):
        path = folder / "scenarios" / f"group{number % 20}" / f"story{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


if __name__ == "__main__":
    sys.exit("run bench.py")
