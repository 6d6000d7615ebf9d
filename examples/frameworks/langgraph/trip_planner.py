"""An agent with two tools as a graph of LangGraph: the model asks for calls until it has all it needs to know.

    pip install -r requirements.txt
    OPENAI_API_KEY=… python trip_planner.py

The model's answers are streamed.
"""
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition

QUESTION = "How long is the train from Oslo to Bergen, and do I need an umbrella in both?"
PLANNER = "You plan trips. Look up what you can, and answer in one sentence."
HOURS = {("Oslo", "Bergen"): 6.7, ("Oslo", "Trondheim"): 6.6}
RAIN = {"Oslo": 20, "Bergen": 90, "Trondheim": 45}


@tool
def travel_time(start: str, end: str) -> str:
    """Says how many hours the train takes."""
    hours = HOURS.get((start, end)) or HOURS.get((end, start))
    return f"{hours} hours" if hours else f"there is no train from {start} to {end}"


@tool
def chance_of_rain(city: str) -> str:
    """Says how likely it is to rain tomorrow, in percent."""
    return f"{city}: {RAIN[city]} %" if city in RAIN else f"{city} is not known"


TOOLS = [travel_time, chance_of_rain]


def planner_graph():
    model = ChatOpenAI(model="gpt-4o", temperature=0, streaming=True).bind_tools(TOOLS)

    def planner(state: MessagesState) -> dict:
        return {"messages": [model.invoke([("system", PLANNER), *state["messages"]])]}

    graph = StateGraph(MessagesState)
    graph.add_node("planner", planner)
    graph.add_node("tools", ToolNode(TOOLS))
    graph.add_edge(START, "planner")
    graph.add_conditional_edges("planner", tools_condition)
    graph.add_edge("tools", "planner")
    return graph.compile()


def main() -> None:
    for step in planner_graph().stream({"messages": [("human", QUESTION)]}, stream_mode="updates"):
        for node, update in step.items():
            for message in update["messages"]:
                for call in getattr(message, "tool_calls", []):
                    print(f"{node}: {call['name']}({', '.join(map(str, call['args'].values()))})")
                if message.text:
                    print(f"{node}: {message.text}")


if __name__ == "__main__":
    main()
