"""An agent with three tools that share a sandbox: one runs code, one draws a chart, one installs a package.

    pip install -r requirements.txt
    OPENAI_API_KEY=… HOPX_API_KEY=… python tools.py

Exit status 0 when the conversation ended with TERMINATE.
"""
import sys
from collections.abc import Callable

from autogen import AssistantAgent, UserProxyAgent, register_function
from hopx_ai import Sandbox
from hopx_ai.models import ExecutionResult

from common import HopXCodeExecutor, create_sandbox, end_sandbox, llm_config, require_keys

TASK = "Make 100 random numbers, report their mean, and plot a histogram. Reply TERMINATE when done."

SYSTEM_MESSAGE = """You have access to tools for data analysis.

Available tools:
- run_data_analysis: Execute Python code for data analysis
- create_visualization: Create charts and plots
- install_package: Install additional Python packages

Use these tools to help the user with their analysis tasks."""

CHART = "/app/chart.png"
DRAWING = """
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt

{code}

plt.savefig('/app/chart.png', dpi=150, bbox_inches='tight')
plt.close()
print("Chart saved to /app/chart.png")
"""


class SharedSandbox:
    """A sandbox that is made when it is first needed."""

    def __init__(self) -> None:
        self._sandbox: Sandbox | None = None

    def run(self, code: str, language: str, timeout: int) -> ExecutionResult:
        if self._sandbox is None:
            self._sandbox = create_sandbox(600)
        return self._sandbox.run_code(code, language=language, timeout=timeout)

    def close(self) -> None:
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            end_sandbox(sandbox)


def tools_in(sandbox: SharedSandbox) -> dict[Callable[[str], str], str]:
    """What the agent may do in the sandbox: function → description. AutoGen takes functions, and no methods."""

    def run_data_analysis(code: str) -> str:
        result = sandbox.run(code, "python", timeout=60)
        return f"Error: {result.stderr}" if result.exit_code else result.stdout or "Code executed successfully"

    def create_visualization(code: str) -> str:
        result = sandbox.run(DRAWING.format(code=code), "python", timeout=60)
        return f"Error: {result.stderr}" if result.exit_code else f"Visualization created and saved to {CHART}"

    def install_package(package: str) -> str:
        result = sandbox.run(f"pip install {package}", "bash", timeout=120)
        if result.exit_code:
            return f"Failed to install {package}: {result.stderr}"
        return f"Successfully installed {package}"

    return {
        run_data_analysis: "Execute Python code for data analysis",
        create_visualization: "Create a visualization with matplotlib",
        install_package: "Install a Python package",
    }


def main() -> str | None:
    """What went wrong, or None."""
    require_keys()
    sandbox, executor = SharedSandbox(), HopXCodeExecutor(timeout=60)
    assistant = AssistantAgent(name="assistant", llm_config=llm_config(), system_message=SYSTEM_MESSAGE)
    user_proxy = UserProxyAgent(
        name="user_proxy",
        human_input_mode="NEVER",
        max_consecutive_auto_reply=10,
        code_execution_config={"executor": executor},
    )
    for tool, description in tools_in(sandbox).items():
        register_function(
            tool, caller=assistant, executor=user_proxy, name=tool.__name__, description=description)
    try:
        chat = user_proxy.initiate_chat(assistant, message=TASK)
    finally:
        sandbox.close()
        executor.reset()
    last = chat.chat_history[-1]["content"]
    return None if last == "TERMINATE" else f"the conversation did not end with TERMINATE but with: {last}"


if __name__ == "__main__":
    sys.exit(main())
