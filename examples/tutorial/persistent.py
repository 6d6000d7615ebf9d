"""One conversation in three parts: the sandbox and both agents keep what they have from one question to the next.

    pip install -r requirements.txt
    OPENAI_API_KEY=… HOPX_API_KEY=… python persistent.py

Exit status 0 when each part ended with TERMINATE.
"""
import sys

from autogen import AssistantAgent, UserProxyAgent

from common import HopXCodeExecutor, ends_the_chat, llm_config, require_keys

QUESTIONS = [
    "Make a year of monthly sales for three regions, and save it to /workspace/sales.csv.",
    "Which region sold most, and which month was its best?",
    "Fit a line to the yearly trend of all regions together. What is to be expected of next January?",
]

SYSTEM_MESSAGE = """You analyze data in Python, step by step. Variables and files stay from one code block to the next.
Use the standard library only. Say TERMINATE when a step is done."""


def main() -> str | None:
    """What went wrong, or None."""
    require_keys()
    executor = HopXCodeExecutor(timeout=60, sandbox_ttl=600)
    analyst = AssistantAgent(name="analyst", llm_config=llm_config(), system_message=SYSTEM_MESSAGE)
    user_proxy = UserProxyAgent(
        name="user_proxy",
        human_input_mode="NEVER",
        max_consecutive_auto_reply=5,
        default_auto_reply="Go on.",
        is_termination_msg=ends_the_chat,
        code_execution_config={"executor": executor},
    )
    try:
        user_proxy.initiate_chat(analyst, message=QUESTIONS[0])
        for question in QUESTIONS[1:]:
            user_proxy.send(question, analyst)
    finally:
        executor.reset()
    said = [message for message in user_proxy.chat_messages[analyst] if ends_the_chat(message)]
    return None if len(said) == len(QUESTIONS) else f"{len(said)} of {len(QUESTIONS)} questions were answered"


if __name__ == "__main__":
    sys.exit(main())
