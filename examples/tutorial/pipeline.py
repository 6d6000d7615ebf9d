"""Three chats one after another: a data engineer, an analyst, a writer. Each is told what came of those before.

    pip install -r requirements.txt
    OPENAI_API_KEY=… HOPX_API_KEY=… python pipeline.py

Prints the report; exit status 0 when there is one.
"""
import sys

from autogen import AssistantAgent, UserProxyAgent

from common import HopXCodeExecutor, ends_the_chat, llm_config, require_keys

RULE = "A reading is out of line when it is more than two standard deviations away from its sensor's mean."


def main() -> str | None:
    """What went wrong, or None."""
    require_keys()
    executor = HopXCodeExecutor(timeout=60, sandbox_ttl=600)
    user = UserProxyAgent(
        name="user",
        human_input_mode="NEVER",
        max_consecutive_auto_reply=4,
        is_termination_msg=ends_the_chat,
        code_execution_config={"executor": executor},
    )
    data_engineer = AssistantAgent(
        name="data_engineer",
        system_message="You prepare data in Python, with the standard library only. Say TERMINATE when it is ready.",
        llm_config=llm_config(),
    )
    analyst = AssistantAgent(
        name="analyst",
        system_message="You analyze data in Python, with the standard library only. Say TERMINATE when you are done.",
        llm_config=llm_config(),
    )
    writer = AssistantAgent(
        name="writer",
        system_message="You write reports of three lines. You write no code.",
        llm_config=llm_config(temperature=0.3),
    )
    try:
        chats = user.initiate_chats([
            {
                "recipient": data_engineer,
                "message": "Clean the readings of the three sensors and save them to /workspace/readings.json.",
                "summary_method": "reflection_with_llm",
            },
            {
                "recipient": analyst,
                "message": "Find readings that are out of line.",
                "carryover": RULE,
                "summary_method": "last_msg",
            },
            {
                "recipient": writer,
                "message": "Write the report.",
                "max_turns": 1,
                "carryover": "The report is for the people who mend the sensors.",
            },
        ])
    finally:
        executor.reset()
    report = chats[-1].summary
    print(report)
    return None if report else "there is no report"


if __name__ == "__main__":
    sys.exit(main())
