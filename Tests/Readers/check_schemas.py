"""Validates what the project ships, and what its pages show, with the schemas that the built command prints.

Also that the schemas refuse what the command refuses: a schema that takes anything proves nothing.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from jsonschema_rs import Draft202012Validator, meta

PROJECT = Path(__file__).resolve().parents[2]
UNDERSTUDY = Path(os.environ.get("UNDERSTUDY", PROJECT / ".build/debug/understudy")).resolve()
PAGES = ["scenario-format", "expectations", "scripts", "faults"]

# One wrong thing each, in the scenario below.
WRONG = [
    ("name: x", "nmae: x"), ("kind: user_proxy", "kind: proxy"), ("temperature: 0.5", "temperature: warm"),
    ("look_back: 1", "look_back: -1"), ("kind: hopx, ", "kind: hopx, attempts: 3, "), ("two_agent:", "two_agents:"),
    ("from: user", "form: user"), ("max_turns: 3", "max_turns: 0"), ("at_most: 6", "at_most: six"),
    ("not: {said", "nor: {said"), ("matches: sorry", "matches: sorry, contain: x"), ("share: {by: bot, ", "share: {"),
    ("seconds: 3", "seconds: 0"), ("openai: https://x.example", "openai: script"), ("key: MY_API_KEY", "key: HOME"),
    ("repeat: 2", "repeat: 0"), ("prompt: 1, ", ""), ("kind: reset", "kind: explode"), ("reply: {text", "answer: {text"),
    ("cause: max_turns", "cause: boredom"), ("all_played: true", "all_played: false"), ("results:", "result:"),
    ("conversation:", "drive: {command: [x]}\nconversation:"),
]
SCENARIO = """
understudy: scenario/1
name: x
repeat: 2
limits: {turns: 9, seconds: 3}
prices: {m: {prompt: 1, completion: 2}}
endpoints: {openai: https://x.example, hopx: {url: "https://y.example", key: MY_API_KEY}}
agents:
  user: {kind: user_proxy, look_back: 1, executor: {kind: hopx, ttl: 60}}
  bot: {kind: assistant, model: m, temperature: 0.5}
tools:
  t:
    kind: scripted
    caller: bot
    executor: user
    description: d
    results: [{return: 1}]
conversation:
  two_agent: {from: user, to: bot, message: m, max_turns: 3}
faults:
- {kind: reset, times: 2}
script:
  rules:
  - {when: {text: {contains: a}}, reply: {text: b}}
expect:
- turns: {at_most: 6}
- not: {said: {by: bot, matches: sorry}}
- share: {by: bot, at_most: 0.5}
- ended_by: {cause: max_turns}
- all_played: true
"""


def understudy(*arguments, folder=PROJECT):
    return subprocess.run([UNDERSTUDY, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def schemas():
    found = {}
    for name in ["scenario", "script", "faults"]:
        schema = json.loads(understudy("schema", name).stdout)
        meta.validate(schema)
        found[name] = Draft202012Validator(schema)
    return found


def documents():
    """What is shipped and shown, with names for messages; only what says which format it is."""
    for folder in ["scenarios", "examples"]:
        for file in sorted((PROJECT / folder).rglob("*.yaml")):
            if not file.name.endswith(".baseline.yaml"):
                yield str(file.relative_to(PROJECT)), file.read_text("utf-8")
    for page in PAGES:
        blocks = re.findall(r"```yaml\n(.*?)```", (PROJECT / f"docs/{page}.md").read_text("utf-8"), re.S)
        for number, block in enumerate(blocks, 1):
            yield f"docs/{page}.md, example {number}", block


def refused_by_command(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenarios" / "x.yaml"
        path.parent.mkdir()
        path.write_text(text, "utf-8")
        result = understudy("run", "--list", folder=folder)
        return result.returncode == 2, result.stderr


def main():
    validators, failures, counts = schemas(), [], {}
    for name, text in documents():
        value = yaml.safe_load(text)
        kind = value.get("understudy", "").split("/")[0] if isinstance(value, dict) else ""
        if kind not in validators:
            continue
        counts[kind] = counts.get(kind, 0) + 1
        for error in validators[kind].iter_errors(value):
            failures.append(f"{name}: {'/'.join(map(str, error.instance_path))}: {error.message[:300]}")
    taken, words = refused_by_command(SCENARIO)
    if taken or list(validators["scenario"].iter_errors(yaml.safe_load(SCENARIO))):
        failures.append(f"the scenario that is to be spoilt is not good: {words}")
    for old, new in WRONG:
        spoilt = SCENARIO.replace(old, new, 1)
        assert spoilt != SCENARIO, old
        if not list(validators["scenario"].iter_errors(yaml.safe_load(spoilt))):
            failures.append(f"the schema accepts {new!r} instead of {old!r}")
        if not refused_by_command(spoilt)[0]:
            failures.append(f"the command accepts {new!r} instead of {old!r}")
    for failure in failures:
        print(f"schemas: {failure}")
    told = ", ".join(f"{count} of {kind}" for kind, count in sorted(counts.items()))
    print(f"schemas: {told} valid, {len(WRONG)} wrong ones refused, {len(failures)} failed")
    if min(counts.get(kind, 0) for kind in ("scenario", "script")) < 5:
        print("schemas: too few documents were found")
        return 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
