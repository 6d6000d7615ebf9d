#!/usr/bin/env python3
"""Reads every test vector of the cassette format and every cassette of the project with the second reader.

Vectors must say exactly what stands beside them; cassettes, and the example in docs/cassette-format.md, must be
readable, with every key as it follows from its interaction. Run from anywhere.
"""
import json
import re
import sys
import tempfile
from pathlib import Path

from read_cassette import Refused, read

PROJECT = Path(__file__).resolve().parents[2]
VECTORS = PROJECT / "Tests" / "Fixtures" / "cassette-format"


def problem_with_vector(path):
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    refusal = expected.get("refused")
    try:
        result = read(path)
    except Refused as error:
        if refusal is None:
            return str(error)
        lines = (refusal["document"], refusal["document"] + 1, refusal["line"])
        return None if error.line in lines else f"refused at line {error.line}, not {refusal['line']}"
    if refusal is not None:
        return "read, though it should be refused"
    for got, wanted in zip(result["interactions"], expected["interactions"]):
        if got != wanted:
            return f"interaction {wanted['interaction']} differs: {got} instead of {wanted}"
    return None if result == expected else "differs outside its interactions, or in their number"


def problem_with_cassette(path):
    try:
        result = read(path)
    except Refused as error:
        return str(error)
    return None if result["torn"] is None else f"line {result['torn']}: the last document is torn"


def problem_with_document():
    text = (PROJECT / "docs" / "cassette-format.md").read_text("utf-8")
    example = re.search(r"```yaml\n(---\n.*?\n\.\.\.\n)```", text, re.DOTALL)
    if example is None:
        return "has no example cassette"
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(example[1])
        file.flush()
        return problem_with_cassette(Path(file.name))


def main():
    vectors = sorted(VECTORS.rglob("*.yaml"))
    cassettes = sorted((PROJECT / "cassettes").rglob("*.yaml"))
    results = [(path, problem_with_vector(path)) for path in vectors]
    results += [(path, problem_with_cassette(path)) for path in cassettes]
    results.append((PROJECT / "docs" / "cassette-format.md", problem_with_document()))
    failures = [(path.relative_to(PROJECT), problem) for path, problem in results if problem is not None]
    for path, problem in failures:
        print(f"FAILED {path}: {problem}")
    what = f"{len(vectors)} vectors, {len(cassettes)} cassettes and the document's example"
    print(f"cassette format: {what}, {len(failures)} failed")
    return 1 if failures or not vectors else 0


if __name__ == "__main__":
    sys.exit(main())
