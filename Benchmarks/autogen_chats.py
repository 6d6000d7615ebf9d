"""Holds the tutorial's chat of two agents so often, and prints the seconds of CPU that the chats took.

    autogen_chats.py FOLDER-WITH-THE-PROGRAM COUNT
"""
import sys
import time

sys.path.insert(0, sys.argv[1])
import autogen  # noqa: E402

import common  # noqa: E402
import two_agent  # noqa: E402

# Every chat asks the server, as ours do.
settings = common.llm_config()
two_agent.llm_config = lambda: settings | {"cache_seed": None}


def chat():
    problem = two_agent.main()
    if problem:
        sys.exit(problem)


sys.stdout, out = sys.stderr, sys.stdout
autogen.io.IOStream.set_global_default(autogen.io.IOConsole())
chat()
start = time.process_time()
for _ in range(int(sys.argv[2])):
    chat()
print(time.process_time() - start, file=out)
