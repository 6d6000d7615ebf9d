"""Measures `understudy diff`: seeded edits of the shipped conversations, with Python's difflib beside it.

The generator and the scorer share nothing with the command but the format of its files.
"""

import argparse
import difflib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import conversations
import edits
import score

ROOT = pathlib.Path(__file__).resolve().parents[2]
BANDS = {"1-6 edits": (1, 6), "12-25 edits": (12, 25)}


def transcript(entries):
    return {"understudy": "transcript/1", "subject": "pair", "entries": entries}


def generate(seed, count, stories):
    """Yields the kind of a pair, its first entries, and the cells of its second."""
    words = sorted({word for story in stories for entry in story for word in (entry.get("text") or "").split()})
    dice = random.Random(seed)
    kinds = ["1-6 edits"] * 4 + ["12-25 edits"] * 4 + ["noise"] + ["behaviour"]
    for number in range(count):
        kind = kinds[number % len(kinds)]
        before = conversations.base(dice, stories, dice.randint(20, 60))
        if kind == "noise":
            before, after = edits.volatile(dice, before)
            editor = edits.Editor(dice, after, words, stories)
            editor.noise()
        elif kind == "behaviour":
            editor = edits.Editor(dice, before, words, stories)
            while not editor.apply(dice.choice(edits.BEHAVIOUR)):
                pass
            kind = "behaviour: " + editor.done[0]
        else:
            editor = edits.Editor(dice, before, words, stories)
            wanted = dice.randint(*BANDS[kind])
            for _ in range(wanted * 4):
                editor.apply(dice.choice(edits.STRUCTURAL))
                if len(editor.done) == wanted:
                    break
        turn, last = 0, None
        for cell in editor.cells:
            if cell.entry["turn"] != last:
                turn, last = turn + 1, cell.entry["turn"]
            cell.entry = {**cell.entry, "turn": turn}
        yield kind, before, editor.cells


def by_difflib(before, after):
    a, b = [score.content(entry) for entry in before], [score.content(entry) for entry in after]
    pairs = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag in ("equal", "replace"):
            pairs += [
                (i, j) for i, j in zip(range(i1, i2), range(j1, j2)) if before[i]["kind"] == after[j]["kind"]
            ]
    return pairs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--command", nargs="+", help="Instead of 'understudy diff --json --batch -'.")
    parser.add_argument("--dump", help="Write the pairs that were not aligned whole to this file.")
    options = parser.parse_args()
    understudy = os.environ.get("UNDERSTUDY", str(ROOT / ".build/debug/understudy"))
    stories = conversations.recorded(understudy, ROOT) + conversations.golden(ROOT / "Tests/Fixtures/autogen")

    truths = list(generate(options.seed, options.pairs, stories))
    with tempfile.TemporaryFile("w+") as file:
        for number, (_, before, cells) in enumerate(truths):
            after = [cell.entry for cell in cells]
            file.write(json.dumps(
                {"id": str(number), "before": transcript(before), "after": transcript(after)}) + "\n")
        file.seek(0)
        start = time.monotonic()
        command = options.command or [understudy, "diff", "--json", "--batch", "-"]
        printed = subprocess.run(command, stdin=file, stdout=subprocess.PIPE, check=False)
        seconds = time.monotonic() - start
    if printed.returncode not in (0, 1):
        sys.exit(f"error: the command ended with {printed.returncode}")
    diffs = [json.loads(line) for line in printed.stdout.splitlines()]
    if len(diffs) != len(truths):
        sys.exit(f"error: {len(truths)} pairs, but {len(diffs)} diffs")

    ours = {band: score.Score() for band in BANDS}
    theirs = {band: score.Score() for band in BANDS}
    alarms = quiet = planted = detected = 0
    missed = []
    dump = open(options.dump, "w") if options.dump else None
    for (kind, before, cells), diff in zip(truths, diffs):
        diff = diff.get("diff", diff)
        if kind == "noise":
            quiet += 1
            alarms += not diff["identical"]
        elif kind.startswith("behaviour"):
            planted += 1
            place = next(j for j, cell in enumerate(cells) if cell.edited)
            found = any(
                change["level"] == "behaviour"
                for operation in diff["operations"] if operation.get("after", {}).get("entry") == place
                for change in operation.get("changes", []))
            detected += found
            if not found:
                missed.append(kind)
        else:
            pairs, moved, divergence = score.read(diff)
            whole = ours[kind].whole
            ours[kind].add(before, cells, pairs, divergence, moved)
            theirs[kind].add(before, cells, by_difflib(before, [cell.entry for cell in cells]))
            if dump and ours[kind].whole == whole:
                truth = [[list(cell.origin), cell.moved, cell.edited, cell.entry] for cell in cells]
                dump.write(json.dumps({"kind": kind, "before": before, "truth": truth, "pairs": pairs}) + "\n")
    report(ours, theirs)
    print(f"planted changes of behaviour found: {detected} of {planted}" + (f", missed {missed[:5]}" if missed else ""))
    print(f"false alarms on noise: {alarms} of {quiet}")
    print(f"{len(truths)} pairs, seed {options.seed}, {seconds:.1f} s in the command")
    if not options.command:
        measure_speed(understudy, stories, options.seed)


def long_pairs(seed, stories, length):
    """Names and two long lists of entries each."""
    dice = random.Random(seed)
    words = sorted({word for story in stories for entry in story for word in (entry.get("text") or "").split()})

    def unlike():
        return [
            {"turn": turn, "kind": "message", "speaker": "ab"[turn % 2], "recipient": "ba"[turn % 2],
             "text": " ".join(dice.choices(words, k=30))}
            for turn in range(1, length + 1)
        ]

    def repeating():
        entries = []
        while len(entries) < length:
            turn = entries[-1]["turn"] if entries else 0
            entries += [{**entry, "turn": turn + entry["turn"]} for entry in dice.choice(stories)]
        return entries[:length]

    def edited(entries):
        editor = edits.Editor(dice, entries, words, stories)
        while len(editor.done) < 300:
            editor.apply(dice.choice(edits.STRUCTURAL))
        return [cell.entry for cell in editor.cells]

    def reworded(entry):
        text = " ".join(dice.choice(words) if dice.random() < 0.3 else word for word in entry["text"].split(" "))
        return {**entry, "text": text}

    first, again = unlike(), repeating()
    yield "300 edits, all turns unlike", first, edited(first)
    yield "300 edits, turns that repeat", again, edited(again)
    yield "every turn reworded by 30 %", first, [reworded(entry) for entry in first]
    yield "nothing in common", first, unlike()
    yield "in reverse", first, first[::-1]


def measure_speed(understudy, stories, seed, length=10_000):
    """The whole command, the reading of both files included; best of three."""
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(folder) / name for name in ("before.json", "after.json")]

        def seconds(*words):
            best = float("inf")
            for _ in range(3):
                start = time.monotonic()
                ended = subprocess.run([understudy, "diff", *words, "--stat"], stdout=subprocess.DEVNULL, check=False)
                best = min(best, time.monotonic() - start)
                if ended.returncode not in (0, 1):
                    sys.exit(f"error: diff ended with {ended.returncode}")
            return best

        for name, before, after in long_pairs(seed, stories, length):
            for file, entries in zip(files, (before, after)):
                file.write_text(json.dumps(transcript(entries)))
            reading = seconds(files[0], files[0])
            print(f"{length:,} × {length:,} turns, {name}: {seconds(*files):.2f} s; with itself {reading:.2f} s")


def report(ours, theirs):
    print(f"{'':26}{'P':>8}{'R':>8}{'F1':>8}{'whole':>8}{'moves':>18}{'first':>8}")
    for band in ours:
        for name, s in (("understudy", ours[band]), ("difflib", theirs[band])):
            precision, recall = s.right / max(1, s.found), s.right / max(1, s.wanted)
            f1 = 2 * precision * recall / max(1e-9, precision + recall)
            moves = f"{s.moves_found}/{s.moves} {s.moves_found / max(1, s.moves):.1%}"
            first = f"{s.divergences_hit / s.divergences:.1%}" if s.divergences else "–"
            print(
                f"{band:13}{name:13}{precision:8.4f}{recall:8.4f}{f1:8.4f}{s.whole / max(1, s.pairs):8.1%}"
                f"{moves:>18}{first:>8}")


if __name__ == "__main__":
    main()
