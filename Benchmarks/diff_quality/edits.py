"""Edits of a transcript with what they did to it: the truth that a diff is measured by.

An edited transcript is a list of cells: an entry, the places in the original that it comes from, and whether it moved.
"""

import copy
import dataclasses
import json

STRENGTHS = (0.1, 0.25, 0.45, 0.65, 0.9)
BEHAVIOUR = ("argument", "exit_code", "number", "speaker", "cause")


@dataclasses.dataclass
class Cell:
    entry: dict
    origin: tuple
    moved: bool = False
    edited: bool = False


class Editor:
    """Applies edits drawn from a seeded generator, none to an entry that has one already."""

    def __init__(self, random, entries, words, foreign):
        self.random, self.words, self.foreign = random, words, foreign
        self.cells = [Cell(copy.deepcopy(entry), (place,)) for place, entry in enumerate(entries)]
        self.done = []

    def apply(self, name):
        done = getattr(self, name)()
        if done is not False:
            self.done.append(name)
        return done is not False

    # Choosing

    def fresh(self, accepts=lambda entry: True):
        places = [i for i, cell in enumerate(self.cells) if not cell.edited and accepts(cell.entry)]
        return self.random.choice(places) if places else None

    def marked(self, place):
        cell = self.cells[place]
        cell.edited = True
        return cell

    def phrase(self, least=3, most=25):
        return " ".join(self.random.choice(self.words) for _ in range(self.random.randint(least, most)))

    # The grammar

    def insert(self):
        entry = copy.deepcopy(self.random.choice(self.random.choice(self.foreign)))
        if self.random.random() < 0.6 and entry.get("text"):
            entry["text"] = self.phrase(4, 30)
        place = self.random.randrange(len(self.cells))
        self.cells.insert(place, Cell(entry, (), edited=True))

    def delete(self):
        place = self.fresh(lambda entry: entry["kind"] != "end")
        if place is None:
            return False
        del self.cells[place]

    def reword(self, strength=None):
        place = self.fresh(lambda entry: len((entry.get("text") or "").split()) >= 3)
        if place is None:
            return False
        strength = strength or self.random.choice(STRENGTHS)
        cell = self.marked(place)
        before = cell.entry["text"]
        tokens = before.split(" ")
        count = max(1, round(strength * len(tokens)))
        for index in self.random.sample(range(len(tokens)), min(count, len(tokens))):
            tokens[index] = self.random.choice([w for w in self.words if w != tokens[index]])
        cell.entry["text"] = " ".join(tokens)
        # The message that the answer became says the same.
        if cell.entry["kind"] == "llm_call" and place + 1 < len(self.cells):
            echo = self.cells[place + 1]
            if echo.entry.get("text") == before and not echo.edited:
                echo.entry["text"], echo.edited = cell.entry["text"], True

    def move(self):
        return self.move_block(1)

    def move_block(self, size=None):
        size = size or self.random.randint(2, 5)
        if len(self.cells) < size + 6:
            return False
        for _ in range(20):
            start = self.random.randrange(len(self.cells) - size)
            block = self.cells[start:start + size]
            if not any(cell.edited or cell.entry["kind"] == "end" for cell in block):
                break
        else:
            return False
        del self.cells[start:start + size]
        # Far enough that it has not just changed places with a neighbour.
        targets = [place for place in range(len(self.cells)) if abs(place - start) > max(2, size)]
        if not targets:
            self.cells[start:start] = block
            return False
        for cell in block:
            cell.moved = cell.edited = True
        target = self.random.choice(targets)
        self.cells[target:target] = block

    def swap_speakers(self):
        place = self.fresh(lambda entry: entry["kind"] == "message")
        if place is None:
            return False
        entry = self.marked(place).entry
        entry["speaker"], entry["recipient"] = entry["recipient"], entry["speaker"]

    def retry(self):
        place = self.fresh(lambda entry: entry["kind"] in ("llm_call", "code_run"))
        if place is None:
            return False
        failed = copy.deepcopy(self.marked(place).entry)
        if failed["kind"] == "llm_call":
            for name in ("text", "tool_calls", "finish_reason", "usage"):
                failed.pop(name, None)
            failed.update(status=self.random.choice((429, 500, 503)), failure="the service is busy, try again later")
        else:
            failed.update(exit_code=1, stdout="", stderr="Traceback (most recent call last): TimeoutError")
        self.cells.insert(place, Cell(failed, (), edited=True))

    def split(self):
        place = self.fresh(lambda entry: entry["kind"] == "message" and len((entry.get("text") or "").split()) >= 8)
        if place is None:
            return False
        cell = self.marked(place)
        tokens = cell.entry["text"].split(" ")
        cut = self.random.randint(max(1, len(tokens) // 3), max(2, 2 * len(tokens) // 3))
        second = copy.deepcopy(cell.entry)
        second.pop("tool_calls", None)
        cell.entry["text"], second["text"] = " ".join(tokens[:cut]), " ".join(tokens[cut:])
        self.cells.insert(place + 1, Cell(second, cell.origin, edited=True))

    def merge(self):
        pairs = [
            (i, j)
            for i in range(len(self.cells)) for j in (i + 1, i + 2) if j < len(self.cells)
            if all(
                not self.cells[k].edited and self.cells[k].entry["kind"] == "message" and self.cells[k].entry.get("text")
                for k in (i, j))
        ]
        if not pairs:
            return False
        first, second = self.random.choice(pairs)
        cell, gone = self.marked(first), self.cells[second]
        cell.entry["text"] += "\n" + gone.entry["text"]
        cell.origin += gone.origin
        del self.cells[second]

    # Behaviour

    def argument(self):
        def changeable(entry):
            calls = entry.get("tool_calls") or []
            return any(isinstance(arguments(call), dict) and arguments(call) for call in calls)

        place = self.fresh(changeable)
        if place is None:
            return False
        call = next(c for c in self.marked(place).entry["tool_calls"] if isinstance(arguments(c), dict) and arguments(c))
        members = arguments(call)
        name = self.random.choice(list(members))
        value = members[name]
        members[name] = (
            not value if isinstance(value, bool) else value + 1 if isinstance(value, (int, float)) else
            value + "2" if isinstance(value, str) else None)
        call["arguments"] = json.dumps(members)

    def number(self):
        place = self.fresh(lambda entry: any(c.isdigit() for c in entry.get("stdout") or entry.get("text") or ""))
        if place is None:
            return False
        entry = self.marked(place).entry
        field = "stdout" if any(c.isdigit() for c in entry.get("stdout") or "") else "text"
        places = [i for i, c in enumerate(entry[field]) if c.isdigit()]
        index = self.random.choice(places)
        digit = str((int(entry[field][index]) + self.random.randint(1, 9)) % 10) if entry[field][index].isdecimal() else "7"
        entry[field] = entry[field][:index] + digit + entry[field][index + 1:]

    def exit_code(self):
        place = self.fresh(lambda entry: entry["kind"] == "code_run")
        if place is None:
            return False
        entry = self.marked(place).entry
        entry["exit_code"] = 1 - min(1, entry.get("exit_code", 0))

    def speaker(self):
        place = self.fresh(lambda entry: entry["kind"] == "message")
        if place is None:
            return False
        self.marked(place).entry["speaker"] += "_2"

    def cause(self):
        place = self.fresh(lambda entry: entry["kind"] == "end")
        if place is None:
            return False
        self.marked(place).entry["cause"] = "max_turns"

    # Noise

    def noise(self):
        """Only what varies by chance: ids, times, tokens, line ends, spelling of arguments."""
        for cell in self.cells:
            entry = cell.entry
            entry["at"], entry["took"] = self.random.random() * 90, self.random.random()
            if "usage" in entry:
                entry["usage"] = {"prompt_tokens": self.random.randint(9, 999), "completion_tokens": 5}
            for call in entry.get("tool_calls") or []:
                call["id"] = "call_" + "".join(self.random.choices("abcdef0123456789", k=24))
                if isinstance(arguments(call), dict):
                    members = list(arguments(call).items())
                    self.random.shuffle(members)
                    call["arguments"] = json.dumps(dict(members), indent=self.random.choice((None, 1)))
            for field in ("stdout", "text"):
                if entry.get(field) and self.random.random() < 0.3:
                    entry[field] = entry[field].replace("\r\n", "\n").replace("\n", self.random.choice(("\r\n", " \n")))


def arguments(call):
    try:
        return json.loads(call["arguments"])
    except ValueError:
        return None


STRUCTURAL = (
    "insert", "delete", "reword", "reword", "move", "move_block", "swap_speakers", "retry", "split", "merge", "argument",
    "number",
)


def volatile(random, entries):
    """Adds to both sides of a pair of noise what programs print by chance; returns the two lists."""
    sides = [copy.deepcopy(entries), copy.deepcopy(entries)]
    for place, entry in enumerate(entries):
        if entry["kind"] == "code_run" and random.random() < 0.7:
            for side in sides:
                side[place]["stdout"] = (side[place].get("stdout") or "") + printed(random)
    return sides


def printed(random):
    digits = lambda count: "".join(random.choices("0123456789abcdef", k=count))
    return (
        f"\nid {digits(8)}-{digits(4)}-{digits(4)}-{digits(4)}-{digits(12)}"
        f"\n2026-0{random.randint(1, 9)}-1{random.randint(0, 9)}T10:{random.randint(10, 59)}:07.{random.randint(1, 999)}Z started"
        f"\n<Figure object at 0x7f{digits(10)}>\nwrote /tmp/tmp{digits(8)}/plot.png")
