"""Fills a store through its own code and prints its size and how fast it answers, beside the targets.

usage: bench.py LOADER [--messages N] [--keep FOLDER]
"""

import argparse
import json
import os
import subprocess
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument("loader")
parser.add_argument("--messages", type=int, default=10_000_000)
parser.add_argument("--keep", help="a folder for the stores, which stay there")
options = parser.parse_args()

LENGTH = 20  # messages of a conversation
conversations = options.messages // LENGTH
# A shard of 200,000 messages, half of whose texts are known already.
shard = min(10_000, max(1, conversations // 10))


def load(*arguments):
    done = subprocess.run([options.loader, *map(str, arguments)], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def milliseconds(results, name):
    """Of the wall, then the CPU time on average, which tells more where others use the machine, too."""
    times = [results[name + end] * 1000 for end in ("_p50", "_p95", "_cpu")]
    return "{:.2f} / {:.2f} ms, CPU {:.2f} ms".format(*times)


with tempfile.TemporaryDirectory() as temporary:
    folder = options.keep or temporary
    store, part = os.path.join(folder, "store.sqlite"), os.path.join(folder, "part.sqlite")
    filled = load("fill", store, options.messages, 0, conversations)
    size = sum(os.path.getsize(store + end) for end in ("", "-wal") if os.path.exists(store + end))
    found = load("probe", store, options.messages)
    load("fill", part, options.messages * 2, conversations, shard)
    merged = load("merge", store, part)

rows = [
    ("Ingest, 64 conversations at a time", f"{filled['messages'] / filled['seconds']:,.0f} messages/s", "≥ 50,000"),
    ("The same, CPU of all threads", f"{filled['cpu_seconds'] / filled['messages'] * 1e6:.1f} µs a message", ""),
    ("Size", f"{size / 1e6:,.0f} MB, {size / options.messages:.0f} bytes a message", "≤ 1.3 GB at 10,000,000"),
    ("Open and list, p50 / p95", milliseconds(found, "open"), "< 50 ms"),
    ("Load a conversation of 20", milliseconds(found, "load"), ""),
    ("Search: a rare word", milliseconds(found, "search_rare"), "p95 < 20 ms"),
    ("Search: a frequent word", milliseconds(found, "search_common"), "p95 < 20 ms"),
    ("Search: two words", milliseconds(found, "search_two"), "p95 < 20 ms"),
    ("Search: a phrase", milliseconds(found, "search_phrase"), "p95 < 20 ms"),
    ("Search: the beginning of a word", milliseconds(found, "search_prefix"), "p95 < 20 ms"),
    (f"Merge a part of {shard * LENGTH:,} messages", f"{merged['seconds']:.1f} s, CPU {merged['cpu_seconds']:.1f} s", ""),
]
print(f"{options.messages:,} messages in {conversations:,} conversations")
for what, measured, target in rows:
    print(f"| {what} | {measured} | {target} |")
