"""Two agents and a sandbox: the assistant writes code, its partner runs it and reports what came out.

    pip install -r requirements.txt
    OPENAI_API_KEY=… HOPX_API_KEY=… python two_agent.py

Exit status 0 when the conversation ended with TERMINATE.
"""
import sys

from autogen import AssistantAgent, UserProxyAgent

from common import SYSTEM_MESSAGE, HopXCodeExecutor, llm_config, require_keys

TASK = "Calculate the first 100 prime numbers and find their sum."


def main() -> str | None:
    """What went wrong, or None."""
    require_keys()
    executor = HopXCodeExecutor(timeout=60, sandbox_ttl=300)
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
