"""The whole of it: a coder and an analyst in a group, and an executor that is made for long work.

    pip install -r requirements.txt
    OPENAI_API_KEY=… HOPX_API_KEY=… python complete.py

Exit status 0 when the analyst ended the chat.
"""
import sys

from autogen import AssistantAgent, GroupChat, GroupChatManager, UserProxyAgent
from autogen.coding import CodeBlock, CodeResult

from common import HopXCodeExecutor, ends_the_chat, llm_config, require_keys

TASK = """Here are the seconds that a page took to load, before and after a change:
before: 2.31 2.44 2.29 2.52 2.38 2.47 2.35 2.41
after: 2.12 2.25 2.09 2.31 2.18 2.22 2.96 2.15
Has it become faster? Draw both in /app/plot.png."""


class ProductionExecutor(HopXCodeExecutor):
    """Keeps its sandbox for ten minutes, replaces one that failed, and tells the conversation no more than it can bear."""

    SHELLS = ("bash", "sh", "shell")

    def __init__(self, timeout: int = 60, output_limit: int = 10_000) -> None:
        super().__init__(timeout=timeout, sandbox_ttl=600)
        self.output_limit = output_limit

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        texts, exit_code = [], 0
        for block in code_blocks:
            try:
                text, status = self._run(block)
            except Exception as error:
                self._sandbox = None
                text, status = f"Error: {error}", 1
            texts.append(text)
            exit_code = status or exit_code
        return CodeResult(exit_code=exit_code, output="\n---\n".join(texts))

    def _run(self, block: CodeBlock) -> tuple[str, int]:
        language = "bash" if block.language.lower() in self.SHELLS else "python"
        result = self.sandbox.run_code(block.code, language=language, timeout=self.timeout)
        text = (result.stdout or "")[: self.output_limit]
        if result.exit_code and result.stderr:
            text += f"\n{result.stderr}"
        return text.strip(), result.exit_code


def main() -> str | None:
    """What went wrong, or None."""
    require_keys()
    executor = ProductionExecutor()
    user = UserProxyAgent(
        name="User",
        human_input_mode="NEVER",
        max_consecutive_auto_reply=6,
        code_execution_config={"executor": executor},
    )
    coder = AssistantAgent(
        name="Coder",
        system_message="Expert Python coder. Write clear, efficient code.",
        llm_config=llm_config(),
    )
    analyst = AssistantAgent(
        name="Analyst",
        system_message="Data analyst. Interpret results and provide insights. Say TERMINATE when there is nothing to add.",
        llm_config=llm_config(),
    )
    group = GroupChat(agents=[user, coder, analyst], messages=[], max_round=12)
    manager = GroupChatManager(
        groupchat=group, llm_config={"config_list": llm_config()["config_list"], "cache_seed": None},
        is_termination_msg=ends_the_chat)
    try:
        user.initiate_chat(manager, message=TASK)
    finally:
        executor.reset()
    last = group.messages[-1]
    return None if last["name"] == "Analyst" and ends_the_chat(last) else f"the last word was {last['name']}'s"


if __name__ == "__main__":
    sys.exit(main())
