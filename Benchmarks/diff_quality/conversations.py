"""The shipped conversations as transcripts: AutoGen's golden ones, and those that the scenarios replay."""

import json
import pathlib
import re
import subprocess
import tempfile

BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)


def recorded(understudy, root):
    """Entries of every scenario of the project, as `show` prints them."""
    with tempfile.TemporaryDirectory() as folder:
        store = pathlib.Path(folder) / "store.sqlite"
        subprocess.run([understudy, "run", "--quiet", "--store", store], cwd=root, check=True, capture_output=True)
        shown = subprocess.run(
            [understudy, "show", "latest", "--format", "json", "--store", store], cwd=root, check=True,
            capture_output=True)
    attempts = json.loads(shown.stdout)["attempts"]
    return [[without_request(entry) for entry in attempt["transcript"]["entries"]] for attempt in attempts]


def without_request(entry):
    """What a request said is not compared, and would make the pairs long."""
    return {name: value for name, value in entry.items() if name != "request"}


def golden(folder):
    """Every chat history of the golden conversations, with the calls and runs that led to its messages."""
    return [
        entries
        for path in sorted(pathlib.Path(folder).glob("*.json"))
        for outcome in json.loads(path.read_text())["expected"]["outcomes"]
        for entries in [from_history((outcome or {}).get("chat_history") or [])]
        if len(entries) >= 4
    ]


def from_history(history):
    entries = []
    speakers = [message.get("name") or message.get("role") or "agent" for message in history]
    programs = set(name for name, message in zip(speakers, history) if "exitcode" in (message.get("content") or ""))
    turn = 0
    for place, (speaker, message) in enumerate(zip(speakers, history)):
        turn += 1
        others = [name for name in speakers if name != speaker] or ["user"]
        text = message.get("content")
        calls = [
            {"id": f"call_{place}{index}", "name": call["function"]["name"], "arguments": call["function"]["arguments"]}
            for index, call in enumerate(message.get("tool_calls") or [])
        ]
        said = {"text": text} if text is not None else {}
        if calls:
            said["tool_calls"] = calls
        if speaker in programs and place:
            for language, code in BLOCK.findall(history[place - 1].get("content") or ""):
                entries.append({
                    "turn": turn, "kind": "code_run", "agent": speaker, "language": language or "python", "code": code,
                    "exit_code": 0 if "execution succeeded" in (text or "") else 1,
                    "stdout": (text or "").partition("Code output:")[2].strip(), "stderr": "",
                })
        elif place:
            entries.append({
                "turn": turn, "kind": "llm_call", "agent": speaker, "model": "gpt-4o", "status": 200, **said,
                "finish_reason": "tool_calls" if calls else "stop",
                "usage": {"prompt_tokens": 40 + 9 * place, "completion_tokens": 12},
            })
        entries.append({"turn": turn, "kind": "message", "speaker": speaker, "recipient": others[0], **said})
    return entries


def base(random, stories, length):
    """One transcript of about so many entries: conversations one after the other, each at most once, and an end."""
    entries, turn = [], 0
    for story in random.sample(stories, len(stories)):
        chosen = [dict(entry) for entry in story if entry["kind"] != "end"]
        for entry in chosen:
            entry["turn"] += turn
        entries += chosen
        turn = entries[-1]["turn"]
        if len(entries) >= length:
            break
    entries = entries[:length]
    entries.append({"turn": entries[-1]["turn"], "kind": "end", "cause": "termination_message", "agent": "user_proxy"})
    return entries
