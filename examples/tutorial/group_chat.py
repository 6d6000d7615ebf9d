"""A planner, a coder, an executor and a critic: a model chooses who speaks next.

    pip install -r requirements.txt
    OPENAI_API_KEY=… HOPX_API_KEY=… python group_chat.py

Exit status 0 when the critic ended the chat.
"""
import sys

from autogen import AssistantAgent, GroupChat, GroupChatManager, UserProxyAgent

from common import HopXCodeExecutor, ends_the_chat, llm_config, require_keys

TASK = "How likely is it that two of 23 people have the same birthday? Simulate it, and compare with the formula."


def members(executor: HopXCodeExecutor) -> list[AssistantAgent | UserProxyAgent]:
    """Who takes part, each with a description by which the next speaker is chosen."""
    planner = AssistantAgent(
        name="planner",
        description="Breaks the task into steps. Speaks first.",
        system_message="You plan data analyses in two or three steps. You write no code.",
        llm_config=llm_config(),
    )
    coder = AssistantAgent(
        name="coder",
        description="Writes Python code for the plan, and mends it.",
        system_message="You write Python in fenced code blocks, with the standard library only.",
        llm_config=llm_config(),
    )
    runner = UserProxyAgent(
        name="executor",
        description="Runs the code of the last message and tells what it printed. Has to speak after the coder.",
        human_input_mode="NEVER",
        code_execution_config={"executor": executor, "last_n_messages": 1},
    )
    critic = AssistantAgent(
        name="critic",
        description="Judges what the code printed, and ends the work when it is good.",
        system_message="You check results. Say what is wrong. When nothing is, say TERMINATE at the end.",
        llm_config=llm_config(),
    )
    return [planner, coder, runner, critic]


def main() -> str | None:
    """What went wrong, or None."""
    require_keys()
    executor = HopXCodeExecutor(timeout=60, sandbox_ttl=300)
    group = GroupChat(
        agents=members(executor), messages=[], max_round=12, speaker_selection_method="auto", allow_repeat_speaker=False)
    manager = GroupChatManager(
        groupchat=group, llm_config={"config_list": llm_config()["config_list"], "cache_seed": None},
        is_termination_msg=ends_the_chat)
    user_proxy = UserProxyAgent(
        name="user_proxy", description="Asks for the work. Does not do any.", human_input_mode="NEVER",
        code_execution_config=False)
    try:
        user_proxy.initiate_chat(manager, message=TASK)
    finally:
        executor.reset()
    last = group.messages[-1]
    return None if last["name"] == "critic" and ends_the_chat(last) else f"the last word was {last['name']}'s"


if __name__ == "__main__":
    sys.exit(main())
