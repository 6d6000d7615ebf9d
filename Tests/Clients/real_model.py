"""`examples/real-model/ask.py` on the answers of a real model, which was asked once: no model is needed to run it.

What the program prints is compared with the cassette as the second reader reads it. openai 1.x and 3.x send the same.
To record it anew, with llama.cpp's server and SmolLM2-135M-Instruct at PORT (start it in the model's folder: answers
name the model's file as it was given):

    understudy exec --cassette real-model/ask --mode record --upstream openai=http://127.0.0.1:PORT/v1 -- \\
        python examples/real-model/ask.py
"""
import base64
import json
import sys

from exec_client import ended_with, project
from harness import PROJECT, main
from read_cassette import read

CASSETTE = "real-model/ask"


def recorded():
    """Of each call, the request and the answer: a whole, or the events of a stream."""
    for interaction in read(PROJECT / "cassettes" / f"{CASSETTE}.yaml")["interactions"]:
        request, response = json.loads(base64.b64decode(interaction["request"])), interaction["response"]
        if not request.get("stream"):
            yield request, json.loads(base64.b64decode(response["body"]))
        else:
            text = b"".join(base64.b64decode(chunk) for chunk in response["chunks"]).decode("utf-8")
            data = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
            yield request, [json.loads(event) for event in data if event != "[DONE]"]


def expected_output():
    """What the program makes of what is in the cassette."""
    printed = ""
    for request, answer in recorded():
        question = request["messages"][-1]["content"]
        if request.get("stream"):
            text = "".join(event["choices"][0]["delta"].get("content") or "" for event in answer)
            printed += f"> {question}\n{text}\n\n"
            continue
        text = answer["choices"][0]["message"]["content"]
        if "response_format" in request:
            printed += "".join(f"{name}: {value}\n" for name, value in json.loads(text).items())
        else:
            printed += f"> {question}\n{text}  [{answer['usage']['total_tokens']} tokens]\n\n"
    return printed


def the_program_prints_what_the_model_once_said():
    expected = expected_output()
    assert expected.count("\n> ") == 3 and "is_capital: " in expected, expected
    with project() as here:
        # The project's own, as a program that knows nothing of where it runs.
        here.write("ask.py", (PROJECT / "examples" / "real-model" / "ask.py").read_text("utf-8"))
        for _ in range(2):
            result = ended_with(0, here.exec(sys.executable, "ask.py", cassette=CASSETTE))
            assert result.stdout == expected, f"{result.stdout!r} instead of {expected!r}"
            assert "5 model calls" in result.stderr, result.stderr
        same = ended_with(0, here.understudy("diff", "latest~1", "latest"))
        assert "identical" in same.stdout, same.stdout


def another_question_is_a_miss():
    with project() as here:
        program = (PROJECT / "examples" / "real-model" / "ask.py").read_text("utf-8")
        here.write("ask.py", program.replace("What should I eat there?", "What should I drink there?"))
        result = ended_with(1, here.exec(sys.executable, "ask.py", cassette=CASSETTE))
        for words in ("$.messages[3].content", "eat", "drink"):
            assert words in result.stderr, f"no {words!r} in {result.stderr[-3000:]}"


def the_cassette_says_that_it_was_recorded_live():
    with project() as here:
        shown = ended_with(0, here.understudy("cassette", "show", CASSETTE)).stdout
        assert "openai from live (http://127.0.0.1:" in shown, shown
        ended_with(0, here.understudy("cassette", "verify", CASSETTE, "--strict"))


if __name__ == "__main__":
    main(
        the_program_prints_what_the_model_once_said, another_question_is_a_miss,
        the_cassette_says_that_it_was_recorded_live)
