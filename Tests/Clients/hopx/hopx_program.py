"""What programs do with hopx-ai, in groups: every public method, and every error that it can raise.

    hopx_program.py sync|async GROUP

It prints one JSON object for each thing it has done: what the client returned, without what is another at each run.
"""
import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "programs"))

import calls  # noqa: E402
import errors  # noqa: E402
import lives  # noqa: E402
import sockets  # noqa: E402
from client import Dialect  # noqa: E402
from told import tell  # noqa: E402

GROUPS = {
    "first-use": lives.first_use, "life": lives.life, "code": calls.code, "background": calls.background,
    "webhook": calls.webhook, "files": calls.files, "commands": calls.commands, "env": calls.environment,
    "agent": calls.agent, "terminal": sockets.terminal, "streams": sockets.streams, "control-errors": errors.control,
    "agent-errors": errors.agent, "real-errors": errors.real, "retries": errors.retries,
}


async def main(dialect, group):
    async for name, value in GROUPS[group](Dialect(dialect)):
        tell(name, value)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
