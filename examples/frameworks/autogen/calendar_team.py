"""A team on AutoGen's agentchat: an analyst who runs code in a HopX sandbox, a reviewer, and a model that says who is next.

    pip install -r requirements.txt
    OPENAI_API_KEY=… HOPX_API_KEY=… python calendar_team.py

Exit status 0 when the reviewer has approved.
"""
import asyncio
import sys

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.conditions import MaxMessageTermination, TextMentionTermination
from autogen_agentchat.messages import TextMessage
from autogen_agentchat.teams import SelectorGroupChat
from autogen_ext.models.openai import OpenAIChatCompletionClient
from hopx_ai import AsyncSandbox

TASK = "Which months of 2026 have a Friday the 13th?"
ANALYST = "You answer questions by running Python code. Never answer from memory. Print what you need to know."
REVIEWER = "You review the analyst's answers. Say what is missing in one sentence, or say APPROVED."
SELECTION = """These take part in a conversation:
{roles}

It has gone so far:
{history}

Who of {participants} speaks next? Answer with the name only."""


class Bench:
    """A sandbox that is made when code is first run, and keeps its variables until it is closed."""

    def __init__(self) -> None:
        self._sandbox: AsyncSandbox | None = None

    async def run_python(self, code: str) -> str:
        """Runs Python code, and gives back what it printed."""
        if self._sandbox is None:
            self._sandbox = await AsyncSandbox.create(template="code-interpreter", timeout_seconds=300)
        result = await self._sandbox.run_code(code, timeout_seconds=60)
        return result.stdout.strip() if result.exit_code == 0 else f"It failed:\n{result.stderr}"

    async def close(self) -> None:
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            await sandbox.kill()


async def main() -> str | None:
    """What went wrong, or None."""
    model = OpenAIChatCompletionClient(model="gpt-4o-2024-08-06", temperature=0)
    bench = Bench()
    analyst = AssistantAgent(
        "analyst", model, tools=[bench.run_python], max_tool_iterations=5, system_message=ANALYST,
        description="Runs code, and answers with what it found.")
    reviewer = AssistantAgent(
        "reviewer", model, system_message=REVIEWER, description="Reviews what the analyst has answered.")
    team = SelectorGroupChat(
        [analyst, reviewer], model, selector_prompt=SELECTION, allow_repeated_speaker=True,
        termination_condition=TextMentionTermination("APPROVED", ["reviewer"]) | MaxMessageTermination(20))
    try:
        result = await team.run(task=TASK)
    finally:
        await bench.close()
        await model.close()
    for message in result.messages:
        if isinstance(message, TextMessage):
            print(f"{message.source}: {message.content}")
    return None if "APPROVED" in result.messages[-1].to_text() else f"it was not approved: {result.stop_reason}"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
