"""Two agents and a sandbox that may fail: a block that could not be run is tried again, in a new sandbox.

    pip install -r requirements.txt
    OPENAI_API_KEY=… HOPX_API_KEY=… python robust.py

Exit status 0 when the conversation ended with TERMINATE.
"""
import sys
import time

from autogen import AssistantAgent, UserProxyAgent
from autogen.coding import CodeBlock

from common import SYSTEM_MESSAGE, HopXCodeExecutor, llm_config, require_keys

TASK = "Calculate the first 100 prime numbers and find their sum."


class RobustHopXExecutor(HopXCodeExecutor):
    """Tries a block that the sandbox could not run up to three times. Code that ran and failed is not tried again."""

    def __init__(self, tries: int = 3, pause: float = 1, timeout: int = 60) -> None:
        super().__init__(timeout=timeout, sandbox_ttl=300)
        self.tries = tries
        self.pause = pause

    def _run(self, block: CodeBlock) -> tuple[str, int]:
        for left in reversed(range(self.tries)):
            try:
                result = self.sandbox.run_code(block.code, language="python", timeout=self.timeout)
            except Exception as error:
                problem = error
                # It may be broken, and it is not asked again; its own time limit ends it.
                self._sandbox = None
                if left:
                    print(f"a sandbox failed, {left} more to try: {error}", file=sys.stderr)
                    time.sleep(self.pause)
            else:
                return result.stdout or result.stderr or "", result.exit_code
        return f"Failed after {self.tries} attempts: {problem}", 1


def main() -> str | None:
    """What went wrong, or None."""
    require_keys()
    executor = RobustHopXExecutor()
    assistant = AssistantAgent(name="assistant", llm_config=llm_config(), system_message=SYSTEM_MESSAGE)
    user_proxy = UserProxyAgent(
        name="user_proxy",
        human_input_mode="NEVER",
        max_consecutive_auto_reply=10,
        code_execution_config={"executor": executor},
    )
    try:
        chat = user_proxy.initiate_chat(assistant, message=TASK)
    finally:
        executor.reset()
    last = chat.chat_history[-1]["content"]
    return None if last == "TERMINATE" else f"the conversation did not end with TERMINATE but with: {last}"


if __name__ == "__main__":
    sys.exit(main())
