"""JSON values that keep what JSON keeps, member order and the spelling of numbers, and the ways to write them.

docs/cassette-format.md, "Layouts" and "Canonical JSON".
"""
import json
import re

DEPTH_LIMIT = 512
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)


class Number(str):
    """A JSON number as it was spelled."""


class Object(list):
    """Members in written order: pairs of a name and a value."""

    def get(self, name, default=None):
        return next((value for key, value in self if key == name), default)


def escaped(text, short=True, ascii_only=False):
    names = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"} if short else {}
    out = ""
    for character in text:
        if character in '"\\':
            out += "\\" + character
        elif character in names:
            out += names[character]
        elif character < " " or (ascii_only and character > "\x7f"):
            units = character.encode("utf-16-be").hex()
            out += "".join("\\u" + units[i : i + 4] for i in range(0, len(units), 4))
        else:
            out += character
    return f'"{out}"'


def written(value, layout="compact", depth=0):
    """A tree as JSON text in one of the named layouts, without the final line feed of `-nl`."""
    indent = re.match(r"indent-([24])", layout)
    if isinstance(value, (bool, type(None))):
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return escaped(value, ascii_only="-ascii" in layout)
    if isinstance(value, Object):
        colon = ":" if layout.startswith("compact") else ": "
        items = [escaped(k, ascii_only="-ascii" in layout) + colon + written(v, layout, depth + 1) for k, v in value]
    else:
        items = [written(item, layout, depth + 1) for item in value]
    opening, closing = "{}" if isinstance(value, Object) else "[]"
    if not indent or not items:
        return opening + (", " if layout.startswith("spaced") else ",").join(items) + closing
    margin = "\n" + " " * int(indent[1])
    inner, outer = margin[0] + margin[1:] * (depth + 1), margin[0] + margin[1:] * depth
    return opening + inner + ("," + inner).join(items) + outer + closing


def canonical_number(spelling):
    sign, mantissa, exponent = re.fullmatch(r"(-?)([0-9.]+)(?:[eE](.+))?", spelling).groups()
    if len(exponent or "") > 16:
        raise ValueError("exponent out of range")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    power = int(exponent or 0) - len(fraction) + len(digits) - len(digits.rstrip("0"))
    digits = digits.rstrip("0")
    return sign + digits + (f"e{power}" if power else "") if digits else "0"


def canonical(value, depth=1):
    if isinstance(value, Number):
        return canonical_number(value)
    if isinstance(value, str):
        value.encode()  # A lone surrogate raises ValueError.
        return escaped(value, short=False)
    if isinstance(value, list) and depth > DEPTH_LIMIT:
        raise ValueError("nested too deep")
    if isinstance(value, Object):
        members = sorted((escaped(k, short=False)[1:-1].encode(), canonical(v, depth + 1)) for k, v in value)
        return "{" + ",".join(f'"{name.decode()}":{text}' for name, text in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    return written(value)


def unique(pairs):
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name is repeated")
    return Object(pairs)


def parsed(data):
    """Bytes as a JSON tree; ValueError when they are not strict JSON."""

    def refuse(word):
        raise ValueError(word)

    return json.loads(
        data.decode(), object_pairs_hook=unique, parse_int=Number, parse_float=Number, parse_constant=refuse)
