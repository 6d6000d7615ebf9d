"""Compares a diff, as `understudy diff --json` prints it, with the truth. Entries of equal content are interchangeable."""

import collections
import json


def content(entry):
    """What of an entry is compared: no ids, turns or metrics."""
    kept = {k: v for k, v in entry.items() if k not in ("turn", "at", "took", "usage", "request", "stale", "tool_calls")}
    calls = [(call["name"], canonical(call["arguments"])) for call in entry.get("tool_calls") or []]
    return json.dumps([kept, calls], sort_keys=True)


def canonical(arguments):
    try:
        return json.dumps(json.loads(arguments), sort_keys=True)
    except ValueError:
        return arguments


class Score:
    def __init__(self):
        self.right = self.found = self.wanted = 0
        self.moves = self.moves_found = 0
        self.divergences = self.divergences_hit = 0
        self.pairs = self.whole = 0

    def add(self, before, cells, pairs, divergence=None, moved=None):
        """`pairs` are (before, after); `moved` those that the diff says have moved; `divergence` is (turn, speaker)."""
        a = [content(entry) for entry in before]
        b = [content(cell.entry) for cell in cells]
        truth = [(i, j) for j, cell in enumerate(cells) for i in cell.origin]
        by_before, by_after = collections.defaultdict(set), collections.defaultdict(set)
        for i, j in truth:
            by_before[i].add(j)
            by_after[j].add(i)
        # Of a message that was split, or of two that became one, one pair is wanted, whichever.
        groups, seen = [], set()
        for i, j in truth:
            if (i, j) in seen:
                continue
            group = {(x, y) for y in by_before[i] for x in by_after[y]} | {(x, y) for x in by_after[j] for y in by_before[x]}
            seen |= group
            groups.append(group)
        named = collections.Counter((a[i], b[j]) for i, j in pairs)
        left = collections.Counter(named)
        hits = {}
        for number, group in sorted(enumerate(groups), key=lambda item: len(item[1])):
            for i, j in sorted(group):
                if left[a[i], b[j]] > 0:
                    left[a[i], b[j]] -= 1
                    hits[number] = (i, j)
                    break
        self.right += len(hits)
        self.found += len(pairs)
        self.wanted += len(groups)
        self.pairs += 1
        self.whole += len(hits) == len(groups) == len(pairs)
        for number, group in enumerate(groups):
            if any(cells[j].moved for _, j in group):
                self.moves += 1
                self.moves_found += number in hits and (moved is None or self.is_moved(hits[number], moved, a, b))
        if divergence is not None:
            places = [p for p in range(max(len(a), len(b))) if a[p:p + 1] != b[p:p + 1]]
            if places:
                self.divergences += 1
                self.divergences_hit += divergence in allowed(before, [cell.entry for cell in cells], places[0])

    @staticmethod
    def is_moved(pair, moved, a, b):
        """Of two stretches that changed places, either may be said to have moved."""
        i, j = pair
        if any(a[x] == a[i] and b[y] == b[j] for x, y in moved):
            return True
        return any((x - i) * (y - j) < 0 for x, y in moved)


def allowed(before, after, place):
    """The turn and speaker of the first place that differs, on either side; of an answer, also of its message."""
    names = set()
    for entries in (before, after):
        for entry in entries[place:place + 2]:
            names.add((entry["turn"], entry.get("speaker") or entry.get("agent")))
    return names


def read(diff):
    """The pairs, the moved ones of them, and the first divergence of a printed diff."""
    pairs, moved = [], []
    for operation in diff["operations"]:
        if "before" in operation and "after" in operation:
            pair = (operation["before"]["entry"], operation["after"]["entry"])
            pairs.append(pair)
            if operation["op"] == "moved":
                moved.append(pair)
    first = diff["first_divergence"]
    return pairs, moved, (first["turn"], first.get("speaker")) if first else (0, None)
