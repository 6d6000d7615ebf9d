"""The tutorial's program, with real AutoGen, openai and hopx-ai, plays the cassette that `understudy run` plays.

    tutorial_two_agent.py [CASSETTE]
"""
import subprocess
import sys
from pathlib import Path

from harness import PROJECT, TIMEOUT, main, serving

STORY = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "cassettes" / "tutorial" / "two-agent.yaml"


def the_program_runs_to_its_end():
    with serving(STORY) as server:
        program = subprocess.run(
            [sys.executable, "two_agent.py"], cwd=PROJECT / "examples" / "tutorial",
            env=server.environment(server.exports | {"PYTHONDONTWRITEBYTECODE": "1"}),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", timeout=TIMEOUT)
    assert program.returncode == 0, f"exit code {program.returncode}: {program.stdout[-2000:]}"
    assert "24133" in program.stdout, f"no 24133 in: {program.stdout[-2000:]}"
    assert server.exit_code == 0, f"serve ended with {server.exit_code}: {server.errors}"


if __name__ == "__main__":
    main(the_program_runs_to_its_end)
