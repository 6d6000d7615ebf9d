"""Asks a small model a few things: three turns of a chat, a streamed answer, and one in the form of a JSON schema.

    pip install -r requirements.txt
    OPENAI_BASE_URL=http://127.0.0.1:8111/v1 OPENAI_API_KEY=none python ask.py

Written for SmolLM2-135M-Instruct behind llama.cpp's server; MODEL names another one.
"""
import json
import os

from openai import OpenAI

MODEL = os.environ.get("MODEL", "SmolLM2-135M-Instruct")
INSTRUCTIONS = "You are a friendly guide for travellers. Answer in one short sentence."
CITY = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "maxLength": 20},
        "country": {"type": "string", "maxLength": 20},
        "is_capital": {"type": "boolean"},
    },
    "required": ["city", "country", "is_capital"],
    "additionalProperties": False,
}


def chat(client, *questions):
    """Prints each question and its answer; every question comes with all that was said before."""
    messages = [{"role": "system", "content": INSTRUCTIONS}]
    for question in questions:
        messages.append({"role": "user", "content": question})
        completion = client.chat.completions.create(model=MODEL, messages=messages, temperature=0.8, max_tokens=40)
        answer = completion.choices[0].message.content
        messages.append({"role": "assistant", "content": answer})
        print(f"> {question}\n{answer}  [{completion.usage.total_tokens} tokens]\n")


def stream(client, question):
    """Prints an answer as it comes."""
    print(f"> {question}")
    pieces = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": question}], temperature=1, max_tokens=40, stream=True)
    for piece in pieces:
        if piece.choices and piece.choices[0].delta.content:
            print(piece.choices[0].delta.content, end="", flush=True)
    print("\n")


def describe(client, city):
    """Prints what the model knows about a city, as it fits the schema."""
    completion = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": f"Describe the city of {city} as JSON."}],
        response_format={"type": "json_schema", "json_schema": {"name": "city", "schema": CITY, "strict": True}},
        temperature=0.8,
        max_tokens=80,
    )
    for name, value in json.loads(completion.choices[0].message.content).items():
        print(f"{name}: {value}")


def main():
    client = OpenAI()
    chat(client, "Which city should I see in France?", "What should I eat there?", "And how do I get there?")
    stream(client, "Tell me a story about a fox, a lighthouse and the 漢字 for sea.")
    describe(client, "Lisbon")


if __name__ == "__main__":
    main()
