"""Two agents in a row on Microsoft's Agent Framework: a clerk who looks an order up, and a writer who answers the customer.

    pip install -r requirements.txt
    OPENAI_API_KEY=… python order_desk.py

Both ask OpenAI's Responses API, which is the framework's default.
"""
import asyncio
from typing import Annotated

from agent_framework import Agent, tool
from agent_framework.openai import OpenAIChatClient
from agent_framework.orchestrations import SequentialBuilder
from pydantic import Field

QUESTION = "Where is my order 4711? It should have been here on Monday."
CLERK = "You look orders up with your tools and say what is known, in one sentence. You never guess."
WRITER = "You turn the clerk's findings into a polite answer of at most three sentences to the customer."
ORDERS = {
    "4711": {"item": "a kettle", "status": "in transit", "parcel": "P-88"},
    "4712": {"item": "two cups", "status": "delivered", "parcel": "P-89"},
}
PARCELS = {"P-88": "held by customs in Rotterdam since Sunday", "P-89": "handed over on Tuesday"}


@tool(approval_mode="never_require")
def find_order(number: Annotated[str, Field(description="The order's number, digits only.")]) -> str:
    """Says what was ordered, and which parcel it is in."""
    order = ORDERS.get(number)
    return f"{order['item']}, {order['status']}, parcel {order['parcel']}" if order else f"there is no order {number}"


@tool(approval_mode="never_require")
def track_parcel(parcel: Annotated[str, Field(description="Such as P-12.")]) -> str:
    """Says where a parcel is."""
    return PARCELS.get(parcel, f"there is no parcel {parcel}")


async def main() -> None:
    client = OpenAIChatClient(model="gpt-4o")
    clerk = Agent(client, CLERK, name="clerk", tools=[find_order, track_parcel])
    writer = Agent(client, WRITER, name="writer")
    desk = SequentialBuilder(participants=[clerk, writer], output_from="all").build().as_agent(name="desk")
    response = await desk.run(QUESTION)
    for message in response.messages:
        if message.text:
            print(f"{message.author_name}: {message.text}")


if __name__ == "__main__":
    asyncio.run(main())
