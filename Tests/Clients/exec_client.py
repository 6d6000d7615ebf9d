"""`understudy exec` with real programs: AutoGen, openai and hopx-ai find the fakes by the environment and the shim alone.

Programs are run in folders of their own, beside copies of the cassettes; nothing is left in the project.
"""
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from contextlib import contextmanager
from pathlib import Path

from harness import PROJECT, TIMEOUT, UNDERSTUDY, main

STORY = "tutorial/two-agent"
# What a developer's shell may have, and a program under exec must not get.
REAL = {
    "OPENAI_API_KEY": "sk-proj-real-0123456789abcdef", "OPENAI_ORG_ID": "org-real-0123456789",
    "OPENAI_BASE_URL": "https://real.example/v1", "AZURE_OPENAI_AD_TOKEN": "real-azure-token-0123456789",
    "ANTHROPIC_API_KEY": "sk-ant-real-0123456789", "ANTHROPIC_AUTH_TOKEN": "real-anthropic-token",
    "GEMINI_API_KEY": "AIza-real-0123456789", "GOOGLE_APPLICATION_CREDENTIALS": "/home/real/credentials.json",
    "GOOGLE_GENAI_USE_VERTEXAI": "real", "HOPX_API_KEY": "hopx_live_real.0123456789",
    "HTTP_PROXY": "http://real.example:1", "HTTPS_PROXY": "http://real.example:1",
    "ALL_PROXY": "socks5://real.example:1", "http_proxy": "http://real.example:1",
    "https_proxy": "http://real.example:1", "all_proxy": "http://real.example:1", "no_proxy": "real.example",
}
KEPT = {"OPENAI_LOG": "warning", "AZURE_OPENAI_DEPLOYMENT": "dep", "OPENAI_API_VERSION": "1", "HOPX_REGION": "eu"}


class Project:
    """A folder with cassettes and programs, and what `understudy` does in it."""

    def __init__(self, folder):
        self.folder = folder / "project"
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        shutil.copytree(PROJECT / "cassettes", self.folder / "cassettes")
        shutil.copytree(PROJECT / "Tests" / "Clients" / "cassettes", self.folder / "cassettes" / "clients")
        shutil.copytree(PROJECT / "examples" / "tutorial", self.folder / "tutorial")

    def write(self, name, text):
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(textwrap.dedent(text), encoding="utf-8")

    def change(self, name, old, new):
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not have {old!r}"
        (self.folder / name).write_text(text.replace(old, new), encoding="utf-8")

    def environment(self, further=()):
        return os.environ | REAL | KEPT | {"TMPDIR": str(self.temporary), "PYTHONPATH": ""} | dict(further)

    def understudy(self, *arguments, further=(), text=None):
        return subprocess.run(
            [UNDERSTUDY, *arguments], cwd=self.folder, env=self.environment(further), capture_output=True, text=True,
            encoding="utf-8", timeout=TIMEOUT, input=text)

    def exec(self, *command, cassette=STORY, further=(), text=None):
        return self.understudy("exec", "--cassette", cassette, "--", *command, further=further, text=text)

    def entries(self, run="latest"):
        """The transcript of a stored run's only attempt."""
        attempts = json.loads(self.understudy("show", run, "--format", "json").stdout)["attempts"]
        assert len(attempts) == 1, f"{len(attempts)} attempts"
        return attempts[0]["transcript"]["entries"]

    def check_that_nothing_is_left(self):
        left = sorted(path.name for path in self.temporary.iterdir())
        assert not left, f"left in the temporary folder: {left}"


@contextmanager
def project():
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        yield project
        project.check_that_nothing_is_left()


def ended_with(code, result):
    assert result.returncode == code, f"ended with {result.returncode}: {result.stdout[-1500:]} {result.stderr[-3000:]}"
    return result


def without_base_url(project):
    """Makes the tutorial's program one that has never heard of another address than HopX's own."""
    project.change("tutorial/common.py", ", **address)", ")")
    project.change("tutorial/common.py", 'base_url = os.environ.get("HOPX_BASE_URL")', "")
    project.change("tutorial/common.py", 'address = {"base_url": base_url} if base_url else {}', "")


def the_tutorials_program_plays_twice_and_is_the_same():
    with project() as here:
        without_base_url(here)
        for _ in range(2):
            result = ended_with(0, here.exec(sys.executable, "tutorial/two_agent.py"))
            assert "24133" in result.stdout, result.stdout[-2000:]
            assert "3 model calls, 2 code runs" in result.stderr and "miss" not in result.stderr, result.stderr
        entries = here.entries()
        kinds = [(entry["turn"], entry["kind"]) for entry in entries]
        assert kinds == [
            (1, "message"), (2, "llm_call"), (2, "message"), (3, "code_run"), (3, "message"), (4, "llm_call"), (4, "message"),
            (5, "code_run"), (5, "message"), (6, "llm_call"), (6, "message"), (6, "end")], f"{kinds}"
        speakers = [(entry["speaker"], entry["recipient"]) for entry in entries if entry["kind"] == "message"]
        assert speakers == [("user_proxy", "assistant"), ("assistant", "user_proxy")] * 3, f"{speakers}"
        runs = [entry for entry in entries if entry["kind"] == "code_run"]
        assert runs[0]["exit_code"] == 1 and "24133" in runs[1]["stdout"], f"{runs}"
        assert all(run["agent"] == "user_proxy" for run in runs), f"{runs}"
        assert entries[9]["text"] == "TERMINATE" and entries[9]["model"] == "gpt-4o", f"{entries[9]}"
        same = ended_with(0, here.understudy("diff", "latest~1", "latest"))
        assert "identical" in same.stdout, same.stdout


def a_changed_prompt_is_a_miss_and_its_card_is_shown():
    with project() as here:
        here.change("tutorial/common.py", "You are a helpful AI", "You are an unhelpful AI")
        result = here.exec(sys.executable, "tutorial/two_agent.py")
        assert result.returncode == 1, f"ended with {result.returncode}"
        for words in ("╭╴✗ miss: cassette tutorial/two-agent has no recording", "$.messages[0].content", "unhelpful"):
            assert words in result.stderr, f"no {words!r} in {result.stderr[-3000:]}"
        call = next(entry for entry in here.entries() if entry["kind"] == "llm_call")
        assert call["status"] == 422 and "unhelpful" in json.dumps(call["request"]), f"{call}"


def a_miss_that_the_program_swallows_is_a_failure():
    with project() as here:
        here.write("swallow.py", """
            import openai
            for text in ("one", "two"):
                try:
                    openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
                except openai.APIStatusError:
                    pass
            print("all is well")
            """)
        result = ended_with(1, here.exec(sys.executable, "swallow.py"))
        assert result.stdout == "all is well\n", result.stdout
        assert "and 1 more miss" in result.stderr, result.stderr
        runs = json.loads(here.understudy("runs", "--format", "json").stdout)
        assert "failed" in json.dumps(runs), f"{runs}"


def a_sandbox_without_any_address_is_the_fake():
    with project() as here:
        here.write("plain.py", """
            from hopx_ai import Sandbox
            sandbox = Sandbox.create(template="code-interpreter", timeout_seconds=300)
            sandbox.files.write("/workspace/data.csv", "1\\n2\\n3.5\\n")
            code = 'with open("/workspace/data.csv") as file:\\n    print(sum(float(line) for line in file))'
            print(sandbox.run_code(code, timeout=60).stdout, Sandbox.connect(sandbox.sandbox_id).get_info().status)
            sandbox.kill()
            """)
        result = ended_with(0, here.exec(sys.executable, "plain.py", cassette="clients/data-in-sandbox"))
        assert result.stdout == "6.5\n running\n", result.stdout
        assert [entry["kind"] for entry in here.entries()] == ["code_run", "end"], f"{here.entries()}"


def an_async_sandbox_without_any_address_is_the_fake():
    with project() as here:
        here.write("later.py", """
            import asyncio
            from hopx_ai import AsyncSandbox

            async def main():
                sandbox = await AsyncSandbox.create(template="code-interpreter", timeout_seconds=300)
                await sandbox.files.write("/workspace/data.csv", "1\\n2\\n3.5\\n")
                code = 'with open("/workspace/data.csv") as file:\\n    print(sum(float(line) for line in file))'
                print((await sandbox.run_code(code, timeout_seconds=60)).stdout)
                await sandbox.kill()

            asyncio.run(main())
            """)
        result = ended_with(0, here.exec(sys.executable, "later.py", cassette="clients/data-in-sandbox"))
        assert result.stdout == "6.5\n\n", result.stdout


def no_address_of_hopx_is_left_in_its_client():
    with project() as here:
        here.write("left.py", """
            import pkgutil, sys, types
            assert "hopx_ai" not in sys.modules, "the shim imports it by itself"
            import hopx_ai

            for module in pkgutil.walk_packages(hopx_ai.__path__, "hopx_ai."):
                __import__(module.name)

            def strings(code):
                for value in code.co_consts:
                    if isinstance(value, types.CodeType):
                        yield from strings(value)
                    else:
                        yield value

            left = []
            for name, module in list(sys.modules.items()):
                if name.partition(".")[0] != "hopx_ai":
                    continue
                for owner in [module, *(value for value in vars(module).values() if isinstance(value, type))]:
                    for value in vars(owner).values():
                        function = getattr(value, "__func__", value)
                        values = [value]
                        if isinstance(function, types.FunctionType) and function.__module__.startswith("hopx_ai"):
                            values += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
                            values += strings(function.__code__)
                        left += [(name, value) for value in values if value == "https://api.hopx.dev"]
            print(left, hopx_ai.template.build_flow.DEFAULT_BASE_URL)
            """)
        result = ended_with(0, here.exec(sys.executable, "left.py"))
        assert result.stdout.startswith("[] http://127.0.0.1:"), result.stdout


def the_disk_cache_of_autogen_is_elsewhere_and_said_so():
    with project() as here:
        # AutoGen's own default: ./.cache/41.
        here.change("tutorial/common.py", '        "cache_seed": None,\n', "")
        for _ in range(2):
            result = ended_with(0, here.exec(sys.executable, "tutorial/two_agent.py"))
            assert result.stderr.count("understudy: AutoGen's disk cache .cache/41 is left alone") == 1, result.stderr
            assert "3 model calls" in result.stderr, result.stderr
        assert not (here.folder / ".cache").exists(), "there is a .cache in the program's folder"


def a_sitecustomize_that_the_shim_hides_is_run():
    with project() as here:
        here.write("site/sitecustomize.py", "import os\nos.environ['MARK'] = __file__\n")
        further = {"PYTHONPATH": str(here.folder / "site")}
        code = "import os, sitecustomize; print(os.environ['MARK'] == sitecustomize.__file__)"
        result = ended_with(0, here.exec(sys.executable, "-c", code, further=further))
        assert result.stdout == "True\n", result.stdout


def a_shim_without_variables_does_nothing():
    with project() as here:
        folder = ended_with(0, here.understudy("shim", "python")).stdout.strip()
        assert folder.startswith(str(here.folder / ".understudy" / "shim")), folder
        code = "import sys; print([type(finder).__name__ for finder in sys.meta_path if 'Chang' in type(finder).__name__])"
        for variables, seen in (({}, "[]\n"), ({"HOPX_BASE_URL": "http://127.0.0.1:9"}, "['ChangingFinder']\n")):
            environment = {"PATH": os.environ["PATH"], "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"} | variables
            result = subprocess.run(
                [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=TIMEOUT)
            assert result.stdout == seen and not result.stderr, f"{result}"


def a_stream_is_told_as_the_whole_it_adds_up_to():
    with project() as here:
        here.write("stream.py", """
            import openai
            stream = openai.OpenAI().chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "Greet me."}], stream=True)
            print("".join(chunk.choices[0].delta.content or "" for chunk in stream))
            """)
        result = ended_with(0, here.exec(sys.executable, "stream.py", cassette="clients/streaming"))
        assert result.stdout == "Hello 😀.\n", result.stdout
        asked, call, said = here.entries()[:3]
        assert (asked["speaker"], asked["text"]) == ("user", "Greet me."), f"{asked}"
        assert (said["speaker"], said["text"]) == ("program", "Hello 😀."), f"{said}"
        assert call["text"] == "Hello 😀." and call["finish_reason"] == "stop", f"{call}"


def the_environment_leads_nowhere_else():
    with project() as here:
        code = "import json, os; print(json.dumps(dict(os.environ)))"
        result = ended_with(0, here.exec(sys.executable, "-c", code))
        variables = json.loads(result.stdout)
        leaked = {name: value for name, value in variables.items() if "real" in value}
        assert not leaked, f"leaked: {leaked}"
        keys = {name for name in variables if name.endswith("_API_KEY")}
        assert keys >= {
            "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY",
            "HOPX_API_KEY"}, f"{keys}"
        assert all(variables[name] == "us-tutorial:two-agent" for name in keys), f"{keys}"
        origin = variables["HOPX_BASE_URL"]
        assert origin.startswith("http://127.0.0.1:"), origin
        expected = {
            "OPENAI_BASE_URL": origin + "/v1", "OPENAI_API_BASE": origin + "/v1", "AZURE_OPENAI_ENDPOINT": origin,
            "ANTHROPIC_BASE_URL": origin, "GOOGLE_GEMINI_BASE_URL": origin, "GEMINI_API_BASE": origin + "/v1beta",
            "NO_PROXY": "127.0.0.1,localhost"} | KEPT
        wrong = {name: variables.get(name) for name, value in expected.items() if variables.get(name) != value}
        assert not wrong, f"{wrong}"
        assert "asked neither a model nor a sandbox" in result.stderr, result.stderr


def connections_to_other_machines_are_told():
    with project() as here:
        # 192.0.2.0/24 is for documentation: nobody answers there, and nothing of this machine does.
        here.write("elsewhere.py", """
            import socket, subprocess, sys

            def tries(host, port):
                plain = socket.socket()
                plain.setblocking(False)
                plain.connect_ex((host, port))
                plain.close()

            if len(sys.argv) == 1:
                subprocess.run([sys.executable, __file__, "child"], check=True)
                datagrams = socket.socket(type=socket.SOCK_DGRAM)
                datagrams.connect(("192.0.2.9", 9))
                for host in ("127.0.0.1", "192.0.2.1", "192.0.2.1"):
                    tries(host, 9)
            else:
                tries("192.0.2.3", 443)
            """)
        result = ended_with(0, here.exec(sys.executable, "elsewhere.py"))
        told = [line for line in result.stderr.splitlines() if line.startswith("warning: the program opened")]
        assert told == ["warning: the program opened connections to other machines: 192.0.2.3:443, 192.0.2.1:9"], result.stderr
        quiet = ended_with(0, here.exec(sys.executable, "tutorial/two_agent.py"))
        assert "other machines" not in quiet.stderr, quiet.stderr


def a_budget_ends_the_program():
    with project() as here:
        here.write("script.yaml", "understudy: script/1\nrules:\n- reply: {text: again}\n")
        here.write("endless.py", """
            import openai
            while True:
                openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "x"}])
            """)
        live = ("exec", "--mode", "record", "--upstream", "openai=script", "--script", "script.yaml", "--cassette", "endless")
        result = ended_with(1, here.understudy(*live, "--max-requests", "3", "--", sys.executable, "endless.py"))
        assert "ended: the run's budget {requests: 3} was reached" in result.stderr, result.stderr
        assert not (here.folder / "cassettes" / "endless.yaml").exists(), "what was cut short is no cassette"
        refused = ended_with(2, here.understudy("exec", "--cassette", STORY, "--max-tokens", "5", "--", "true"))
        assert "--mode replay asks none" in refused.stderr, refused.stderr


def a_driven_program_is_judged_by_its_files():
    with project() as here:
        here.write("files.py", """
            from hopx_ai import Sandbox
            sandbox = Sandbox.create(template="code-interpreter", timeout_seconds=300)
            sandbox.files.write("/workspace/data.csv", "1\\n2\\n3.5\\n")
            sandbox.kill()
            """)
        here.write("scenarios/files.yaml", f"""
            understudy: scenario/1
            name: files
            cassette: clients/data-in-sandbox
            drive: {{command: [{sys.executable}, files.py]}}
            expect:
            - file: {{path: /workspace/data.csv, contains: "3.5"}}
            - not: {{file: /workspace/other.csv}}
            - file: /app/plot.png
            """)
        result = ended_with(1, here.understudy("run", "files"))
        assert result.stdout.count("not as expected") == 1, result.stdout
        assert "only /workspace/data.csv was seen" in result.stdout, result.stdout


def exit_codes_are_the_commands_own():
    with project() as here:
        ended_with(7, here.exec("sh", "-c", "exit 7"))
        ended_with(143, here.exec("sh", "-c", "kill -TERM $$"))
        for arguments, words in (
            (("exec", "--cassette", STORY, "--", "no-such-program-here"), "no such program in PATH"),
            (("exec", "--cassette", STORY, "--", "./tutorial"), "no program that can be executed"),
            (("exec", "--cassette", STORY), "no command"),
            (("exec", "--", "true"), "--cassette is missing"),
            (("exec", "--cassette", "no-such", "--", "true"), "there is no cassettes/no-such.yaml"),
        ):
            result = ended_with(2, here.understudy(*arguments))
            assert words in result.stderr, f"no {words!r} in {result.stderr}"
        runs = json.loads(here.understudy("runs", "--format", "json").stdout)
        assert json.dumps(runs).count('"started_at"') == 2, f"refused commands were stored: {runs}"


def standard_streams_are_the_commands():
    with project() as here:
        result = ended_with(0, here.exec("sh", "-c", "cat; echo problem >&2", text="in and out\n"))
        assert result.stdout == "in and out\n" and result.stderr.startswith("problem\n"), f"{result}"


def signals_reach_the_command_once():
    """On a terminal: Ctrl-C is the command's already, what is sent to us is passed on; and stdin is the terminal."""
    with project() as here:
        here.write("signals.py", """
            import os, signal, sys
            count = 0

            def interrupted(*_):
                global count
                count += 1
                print("INTERRUPTED", flush=True)

            def terminated(*_):
                # Signals are passed on in order: a second SIGINT would have come before this one.
                print("COUNT", count, os.isatty(0), flush=True)
                os._exit(5)

            signal.signal(signal.SIGINT, interrupted)
            signal.signal(signal.SIGTERM, terminated)
            print("READY", flush=True)
            while True:
                signal.pause()
            """)
        command = [UNDERSTUDY, "exec", "--cassette", STORY, "--", sys.executable, "signals.py"]
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(here.folder)
            os.execve(UNDERSTUDY, command, here.environment())
        seen = read_until("READY", terminal)
        os.write(terminal, b"\x03")
        seen += read_until("INTERRUPTED", terminal)
        os.kill(process, signal.SIGTERM)
        seen += read_until("COUNT 1 True", terminal)
        _, status = os.waitpid(process, 0)
        os.close(terminal)
        assert os.waitstatus_to_exitcode(status) == 5, f"{status}: {seen}"


def read_until(words, terminal):
    seen = ""
    while words not in seen:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # The other side is gone.
            part = b""
        assert part, f"ended without {words!r}: {seen}"
        seen += part.decode("utf-8", "replace")
    return seen


if __name__ == "__main__":
    main(
        the_tutorials_program_plays_twice_and_is_the_same, a_changed_prompt_is_a_miss_and_its_card_is_shown,
        a_miss_that_the_program_swallows_is_a_failure, a_sandbox_without_any_address_is_the_fake,
        an_async_sandbox_without_any_address_is_the_fake, no_address_of_hopx_is_left_in_its_client,
        the_disk_cache_of_autogen_is_elsewhere_and_said_so, a_sitecustomize_that_the_shim_hides_is_run,
        a_shim_without_variables_does_nothing, a_stream_is_told_as_the_whole_it_adds_up_to,
        the_environment_leads_nowhere_else, connections_to_other_machines_are_told, a_budget_ends_the_program,
        a_driven_program_is_judged_by_its_files, exit_codes_are_the_commands_own, standard_streams_are_the_commands,
        signals_reach_the_command_once)
