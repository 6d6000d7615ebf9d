"""What the example programs share: model settings, and an AutoGen code executor that runs code in a HopX sandbox.

Set OPENAI_API_KEY and HOPX_API_KEY. OPENAI_BASE_URL is read by the openai SDK; the hopx SDK reads no such variable, so
HOPX_BASE_URL is handed to it here.
"""
import os
import sys

from autogen.coding import CodeBlock, CodeExecutor, CodeExtractor, CodeResult, MarkdownCodeExtractor
from hopx_ai import Sandbox

LANGUAGES = {
    "python": "python", "python3": "python", "py": "python",
    "bash": "bash", "sh": "bash", "shell": "bash",
    "javascript": "javascript", "js": "javascript",
    "typescript": "typescript", "ts": "typescript",
}

SYSTEM_MESSAGE = """You are a helpful AI assistant that can write and execute Python code.

When asked to solve problems:
1. Write clear, well-documented Python code
2. Use print() to show results
3. Handle potential errors gracefully

Available libraries: pandas, numpy, matplotlib, seaborn, scipy, scikit-learn, requests.
For visualizations, save to /app/plot.png using plt.savefig('/app/plot.png')
"""


def create_sandbox(lifetime: int, template: str = "code-interpreter") -> Sandbox:
    """A sandbox that lives for so many seconds."""
    base_url = os.environ.get("HOPX_BASE_URL")
    address = {"base_url": base_url} if base_url else {}
    return Sandbox.create(template=template, timeout_seconds=lifetime, **address)


def end_sandbox(sandbox: Sandbox) -> None:
    """Gives a sandbox back. That it is gone already is no reason to stop."""
    try:
        sandbox.kill()
    except Exception as error:
        print(f"the sandbox could not be ended: {error}", file=sys.stderr)


def require_keys() -> None:
    """Ends the program, naming what is missing, unless both services can be reached."""
    missing = [name for name in ("OPENAI_API_KEY", "HOPX_API_KEY") if not os.environ.get(name)]
    if missing:
        sys.exit("not set: " + ", ".join(missing))


def llm_config(temperature: float = 0) -> dict:
    """GPT-4o, without AutoGen's disk cache, so that every request is really made."""
    return {
        "config_list": [{"model": "gpt-4o", "api_key": os.environ["OPENAI_API_KEY"]}],
        "temperature": temperature,
        "timeout": 120,
        "cache_seed": None,
    }


def ends_the_chat(message: dict) -> bool:
    """Whether a message has TERMINATE at its end; AutoGen by itself wants nothing else in it."""
    return (message.get("content") or "").rstrip().endswith("TERMINATE")


class HopXCodeExecutor(CodeExecutor):
    """Runs the code blocks of a message, one after another, in a sandbox that is made when the first one comes."""

    def __init__(self, timeout: int = 60, template: str = "code-interpreter", sandbox_ttl: int = 300) -> None:
        self.timeout = timeout
        self.template = template
        self.sandbox_ttl = sandbox_ttl
        self._sandbox: Sandbox | None = None

    @property
    def code_extractor(self) -> CodeExtractor:
        return MarkdownCodeExtractor()

    @property
    def sandbox(self) -> Sandbox:
        if self._sandbox is None:
            self._sandbox = create_sandbox(self.sandbox_ttl, self.template)
        return self._sandbox

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        """Runs every block, also after one has failed; the exit code is the last one that was not 0."""
        texts, exit_code = [], 0
        for block in code_blocks:
            try:
                text, status = self._run(block)
            except Exception as error:
                # The model is told what went wrong, and may try something else.
                text, status = f"Execution error: {error}", 1
            texts.append(text)
            exit_code = status or exit_code
        return CodeResult(exit_code=exit_code, output="\n\n".join(texts))

    def _run(self, block: CodeBlock) -> tuple[str, int]:
        language = LANGUAGES.get(block.language.lower(), "python")
        result = self.sandbox.run_code(block.code, language=language, timeout=self.timeout)
        text = result.stdout or ""
        if result.stderr:
            text += f"\nSTDERR:\n{result.stderr}"
        return text.strip(), result.exit_code

    def restart(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Gives the sandbox back; the next block gets a new one."""
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            end_sandbox(sandbox)
