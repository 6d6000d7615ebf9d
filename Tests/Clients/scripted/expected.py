"""What the programs of this folder must tell: written by hand, from `answers.yaml` and the clients' documentation."""
from dataclasses import dataclass, field

HELLO = "Hello there, 世界 😀.\nHow are you?"
WEATHER = {"calls": [["get_weather", {"city": "Oslo"}]], "text": "It is sunny in Oslo."}
SUMS = {"calls": [["add", {"a": 2, "b": 3}], ["add", {"a": 4, "b": 5}]], "text": "The sums are 5 and 9."}
CITY = {"name": "Łódź", "people": 648711}
REFUSAL = "I cannot help with that."
AGAIN = "Here I am again."

# What every client tells of every protocol that it speaks.
OF_EACH = {
    "hello": {"text": HELLO}, "streamed": {"text": HELLO},
    "call": WEATHER, "calls": SUMS, "streamed call": WEATHER, "streamed calls": SUMS,
    "structured": {"value": CITY},
}
STATUSES = (400, 401, 403, 404, 422, 429, 500, 529)

WRITTEN = ["writer", "Spring is here, and the rivers thaw."]
CRITICISED = ["reviewer", "Shorter, please."]
TALK = [WRITTEN, CRITICISED, ["writer", "Rivers thaw."], ["reviewer", "APPROVED"]]
TASK = ["user", "A line about rivers."]
ENDED = ["group_chat_orchestrator", "The group chat has reached its termination condition."]


@dataclass(frozen=True)
class Protocol:
    """A protocol as one client speaks it: its words for why an answer ended, and its exceptions."""

    # The service that the server counts its requests under.
    service: str
    # Check → why the answer ended, for clients that tell.
    finishes: dict[str, str]
    # In the order of STATUSES.
    raises: tuple[str, ...]
    # When the connection breaks.
    reset: str
    # When the cassette has no answer: status 422.
    miss: str
    # What these were made from, for clients that have one class for many things.
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Client:
    """A client, the program that uses it, and what the program must tell."""

    name: str
    # The environment that it is in, and the distributions there whose versions matter.
    group: str
    packages: tuple[str, ...]
    program: str
    protocols: dict[str, Protocol]
    further: dict[str, dict] = field(default_factory=dict)
    # Whether `make test` runs it.
    quick: bool = False


def ended(text, call):
    """Why a text ended, and why a reply with calls did."""
    return {"hello": text, "call": call, "calls": call}


OPENAI = (
    "BadRequestError", "AuthenticationError", "PermissionDeniedError", "NotFoundError", "UnprocessableEntityError",
    "RateLimitError", "InternalServerError", "InternalServerError")
ANTHROPIC = (*OPENAI[:-1], "OverloadedError")
GEMINI = ("ClientError",) * 6 + ("ServerError",) * 2
LANGCHAIN = (
    "OpenAIInvalidRequestError", "OpenAIAuthenticationError", "OpenAIPermissionDeniedError", "OpenAIModelNotFoundError",
    "UnprocessableEntityError", "OpenAIRateLimitError", "OpenAIAPIError", "OpenAIAPIError")
PYDANTIC_AI = (
    "ModelRequestRejectedError", "ModelAuthenticationError", "ModelAuthenticationError", "ModelNotFoundError",
    "ModelRequestRejectedError", "ModelRateLimitError", "ModelServerError", "ModelOverloadedError")
FRAMEWORK = ("ChatClientException",) * 8

LOST, UNPROCESSABLE = "APIConnectionError", "UnprocessableEntityError"
CHAT = Protocol("openai", ended("stop", "tool_calls"), OPENAI, LOST, UNPROCESSABLE)
RESPONSES = Protocol("openai", ended("completed", "completed"), OPENAI, LOST, UNPROCESSABLE)
# The protocols of frameworks that do not say why an answer ended.
SILENT = Protocol("openai", {}, OPENAI, LOST, UNPROCESSABLE)
OF_OPENAI = {
    "chat: refused": {"text": REFUSAL}, "responses: refused": {"text": REFUSAL},
    "chat: choices": {"texts": [HELLO, HELLO]}, "chat: once again": {"text": AGAIN},
    "further: embeddings": {"count": 2},
}


def framework():
    return Protocol(
        "openai", {}, FRAMEWORK, "ChatClientException", "ChatClientException", (*OPENAI, LOST, UNPROCESSABLE))


def pydantic_ai(service):
    # Gemini's errors go by their name; UNAVAILABLE with other words than "overloaded" is no more than that.
    errors = PYDANTIC_AI if service != "gemini" else (*PYDANTIC_AI[:-1], "ModelUnavailableError")
    return Protocol(service, {"hello": "stop"}, errors, "ModelConnectionError", "ModelRequestRejectedError")


CLIENTS = [
    Client(
        "openai-3", "sdks", ("openai",), "openai_program.py", {"chat": CHAT, "responses": RESPONSES}, OF_OPENAI,
        quick=True),
    Client(
        "anthropic", "sdks", ("anthropic",), "anthropic_program.py",
        {"messages": Protocol("anthropic", ended("end_turn", "tool_use"), ANTHROPIC, LOST, UNPROCESSABLE)},
        {"messages: refused": {"text": REFUSAL, "finish": "refusal"}, "messages: once again": {"text": AGAIN}},
        quick=True),
    Client(
        "google-genai", "sdks", ("google-genai",), "gemini_program.py",
        {"gemini": Protocol("gemini", ended("STOP", "STOP"), GEMINI, "ReadError", "ClientError")},
        {
            "gemini: called by itself": {"text": SUMS["text"]}, "gemini: once again": {"text": AGAIN},
            "further: embeddings": {"count": 2}},
        quick=True),
    Client(
        "autogen-agentchat", "sdks", ("autogen-agentchat", "autogen-ext", "openai"), "autogen_program.py",
        {"autogen": Protocol("openai", ended("stop", "function_calls"), OPENAI, LOST, UNPROCESSABLE)},
        {
            "autogen: once again": {"text": AGAIN}, "autogen: agent with tools": {"text": SUMS["text"]},
            "autogen: round robin": {"conversation": [TASK, *TALK], "stopped": "Text 'APPROVED' mentioned"},
            "autogen: selector": {"conversation": [TASK, *TALK], "stopped": "Text 'APPROVED' mentioned"}},
        quick=True),
    Client(
        "agent-framework", "sdks",
        ("agent-framework-core", "agent-framework-openai", "agent-framework-orchestrations", "openai"),
        "agent_framework_program.py", {"responses": framework(), "chat": framework()},
        {
            "responses: sequential": {"conversation": [WRITTEN, CRITICISED]},
            "chat: sequential": {"conversation": [WRITTEN, CRITICISED]},
            "responses: group chat": {"conversation": [*TALK, ENDED]},
            "chat: group chat": {"conversation": [*TALK, ENDED]},
            "responses: managed group chat": {"conversation": [WRITTEN, CRITICISED, ["manager", "That will do."]]},
            "responses: once again": {"text": AGAIN}},
        quick=True),
    Client(
        "openai-1", "autogen-0.2", ("openai",), "openai_program.py", {"chat": CHAT, "responses": RESPONSES}, OF_OPENAI),
    Client(
        "openai-agents", "frameworks", ("openai-agents", "openai"), "openai_agents_program.py",
        {"responses": SILENT, "chat": SILENT},
        {
            "responses: one after the other": {"conversation": [WRITTEN, CRITICISED]},
            "chat: one after the other": {"conversation": [WRITTEN, CRITICISED]},
            "responses: once again": {"text": AGAIN}}),
    Client(
        "langchain-openai", "frameworks", ("langchain-openai", "langchain-core", "openai"), "langchain_program.py",
        {
            "chat": Protocol("openai", ended("stop", "tool_calls"), LANGCHAIN, "OpenAIConnectionError", UNPROCESSABLE),
            "responses": Protocol(
                "openai", ended("completed", "completed"), LANGCHAIN, "OpenAIConnectionError", UNPROCESSABLE)},
        {"chat: once again": {"text": AGAIN}}),
    Client(
        "pydantic-ai", "frameworks", ("pydantic-ai-slim", "openai", "anthropic", "google-genai"),
        "pydantic_ai_program.py",
        {
            "responses": pydantic_ai("openai"), "chat": pydantic_ai("openai"), "messages": pydantic_ai("anthropic"),
            "gemini": pydantic_ai("gemini")},
        {"responses: once again": {"text": AGAIN}}),
]


def expected(client):
    """Check → the members that its value must have."""
    checks = {}
    for name, protocol in client.protocols.items():
        checks[f"{name}: reset"] = because(protocol, protocol.reset, LOST)
        for check, value in OF_EACH.items():
            finish = protocol.finishes.get(check)
            checks[f"{name}: {check}"] = value | ({"finish": finish} if finish else {})
        for number, (status, raised) in enumerate(zip(STATUSES, protocol.raises)):
            checks[f"{name}: {status}"] = because(protocol, raised, OPENAI[number])
    return checks | client.further


def expected_of_unknown(client):
    return {
        f"{name}: unknown": because(protocol, protocol.miss, UNPROCESSABLE)
        for name, protocol in client.protocols.items()}


def because(protocol, raised, first):
    return {"raised": raised} | ({"because": [first]} if protocol.because else {})


def problems(wanted, told):
    """Check → what is wrong with what was told of it."""
    found = {check: "was not told" for check in wanted if check not in told}
    found |= {check: "is not expected" for check in told if check not in wanted}
    for check in [check for check in wanted if check in told]:
        value = told[check]
        members = dict(wanted[check])
        # Of a chain of exceptions only the first is the client's choice; the rest is its HTTP library's.
        if "because" in members:
            value = value | {"because": value.get("because", [])[:1]}
        members |= {"again": HELLO} if "again" in value else {}
        members |= {"then": "You said hello."} if "then" in value else {}
        for member, wants in members.items():
            if value.get(member) != wants:
                found[check] = f"{member} is {value.get(member)!r} instead of {wants!r}; all: {str(value)[:500]}"
        if "ids" in value and (not all(value["ids"]) or len({str(one) for one in value["ids"]}) < len(value["ids"])):
            found[check] = f"the ids are {value['ids']}"
    return found
