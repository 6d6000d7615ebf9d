"""What the programs of this folder ask, and how they tell what came of it. They know nothing of who answers."""
import json
import sys
from pathlib import Path

from pydantic import BaseModel

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "programs"))

from told import plain, tell  # noqa: E402

HELLO = "Say hello."
WEATHER = "What is the weather in Oslo?"
SUMS = "Add 2 and 3, and add 4 and 5."
CITY = "Describe a city."
FORBIDDEN = "Tell me something forbidden."
ONCE = "Fail once."
# Nobody has an answer to it.
UNKNOWN = "Who won?"
STATUSES = (400, 401, 403, 404, 422, 429, 500, 529)

WRITER = "You are the writer. Write one line."
REVIEWER = "You are the reviewer. Criticise the line, or say APPROVED."
TASK = "A line about rivers."


class City(BaseModel):
    name: str
    people: int


def get_weather(city: str) -> str:
    """Says what the weather in a city is."""
    return f"{city}: sunny"


def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


FUNCTIONS = {"get_weather": get_weather, "add": add}
SCHEMAS = {
    "get_weather": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
        "additionalProperties": False},
    "add": {
        "type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"],
        "additionalProperties": False},
}


def fail(status):
    return f"Fail with {status}."


def called(name, arguments):
    """The call as it is told, and what it gives; arguments as an object or as its JSON text."""
    arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
    return [name, arguments], str(FUNCTIONS[name](**arguments))


def raised_by(call):
    try:
        value = call()
    except Exception as error:
        return raised(error)
    return {"raised": None, "value": plain(value)}


async def raised_by_awaiting(awaitable):
    try:
        value = await awaitable
    except Exception as error:
        return raised(error)
    return {"raised": None, "value": plain(value)}


def raised(error):
    """The error's class, and those of the errors that it was made from."""
    causes = []
    cause = error.__cause__ or error.__context__
    while cause is not None:
        causes.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    facts = {"raised": type(error).__name__, "because": causes}
    for fact in ("status_code", "code", "status", "type", "param", "body", "details"):
        if (value := getattr(error, fact, None)) is not None:
            facts[fact] = plain(value)
    return facts


def unknown_only():
    """Whether the program is to ask only what nobody has an answer to."""
    return sys.argv[1:] == ["unknown"]
