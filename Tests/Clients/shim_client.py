"""HopX clients that are told no address, with the variables that a server prints: Python's start-up file leads them.

The programs know `api.hopx.dev` alone. If one went there, its key would be refused if it reached anybody at all.
"""
import os
import subprocess
import sys
import tempfile
import textwrap
from contextlib import contextmanager
from pathlib import Path

from harness import PROJECT, TIMEOUT, main, understudy

OLDER = PROJECT / "Tests" / "Clients" / "hopx"


@contextmanager
def a_sandbox(folder):
    with understudy("sandbox", folder=folder) as server:
        yield server
    assert server.exit_code == 0, f"ended with {server.exit_code}: {server.errors}"


def told(server, code, folder, further=()):
    """What a program printed that has the server's variables, and the folder's `sitecustomize` if there is one."""
    environment = server.environment(server.exports) | {"PYTHONDONTWRITEBYTECODE": "1"}
    for extra in further:
        environment["PYTHONPATH"] += f":{extra}"
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=folder, env=environment, capture_output=True, text=True,
        encoding="utf-8", timeout=TIMEOUT)
    assert result.returncode == 0, f"ended with {result.returncode}: {result.stderr[-3000:]}"
    return result.stdout


def of_a_sandbox(code, further=()):
    with tempfile.TemporaryDirectory() as folder, a_sandbox(folder) as server:
        return told(server, code, folder, further)


def the_synchronous_class_goes_there():
    seen = of_a_sandbox("""
        from hopx_ai import Sandbox
        with Sandbox.create("code-interpreter", timeout_seconds=300) as sandbox:
            print(sandbox.run_code("print(6 * 7)").stdout, Sandbox.connect(sandbox.sandbox_id).get_info().status)
            print(len(Sandbox.list()), len(list(Sandbox.iter())), Sandbox.health_check()["status"])
        """)
    assert seen == "42\n running\n1 1 healthy\n", seen


def the_asynchronous_class_goes_there():
    seen = of_a_sandbox("""
        import asyncio
        from hopx_ai import AsyncSandbox
        async def main():
            async with AsyncSandbox.create("code-interpreter", timeout_seconds=300) as sandbox:
                print((await sandbox.run_code("print(6 * 7)")).stdout, (await sandbox.get_info()).status)
                print(len(await AsyncSandbox.list()), len([one async for one in AsyncSandbox.iter()]))
        asyncio.run(main())
        """)
    assert seen == "42\n running\n1 1\n", seen


def templates_go_there():
    seen = of_a_sandbox("""
        import asyncio, os
        from hopx_ai import Sandbox, Template
        from hopx_ai.template import BuildOptions, get_logs
        key = os.environ["HOPX_API_KEY"]
        template = Template().from_ubuntu_image("22.04").run_cmd("echo built")
        result = asyncio.run(Template.build(template, BuildOptions(name="mine", api_key=key)))
        names = [one.name for one in Sandbox.list_templates()]
        print(Sandbox.get_template("mine").id == result.template_id, "mine" in names)
        print("echo built" in asyncio.run(get_logs(result.template_id, key)).logs)
        """)
    assert seen == "True True\nTrue\n", seen


def hopx_0_1_10_goes_there():
    seen = of_a_sandbox(f"""
        import sys
        sys.path.append({str(OLDER)!r})
        import older
        hopx = older.load()
        with hopx.Sandbox.create("code-interpreter", timeout_seconds=300) as sandbox:
            print(sandbox.run_code("print(6 * 7)").stdout, hopx.Sandbox.connect(sandbox.sandbox_id).get_info().status)
        import asyncio
        async def main():
            async with await hopx.AsyncSandbox.create("code-interpreter") as sandbox:
                print((await sandbox.get_info()).status)
        asyncio.run(main())
        """)
    assert seen == "42\n running\nrunning\n", seen


def no_address_is_left_in_hopx_0_1_10():
    seen = of_a_sandbox(f"""
        import importlib, pkgutil, sys, types
        sys.path.append({str(OLDER)!r})
        import older
        hopx = older.load()
        def strings(code):
            for value in code.co_consts:
                yield from strings(value) if isinstance(value, types.CodeType) else [value]
        left = []
        addresses = ("https://api.hopx.dev", "https://api.your-domain.com")
        names = [name for _, name, _ in pkgutil.walk_packages(hopx.__path__, "hopx.")]
        for name in names:
            try:
                module = importlib.import_module(name)
            except ImportError:
                continue
            for owner in [module, *(value for value in vars(module).values() if isinstance(value, type))]:
                for value in vars(owner).values():
                    function = getattr(value, "__func__", value)
                    values = [value]
                    if isinstance(function, types.FunctionType) and function.__module__.startswith("hopx"):
                        values += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {{}}).values()]
                        values += strings(function.__code__)
                    left += [(name, value) for value in values if value in addresses]
        print(len(names) > 15, left)
        """)
    assert seen == "True []\n", seen


def an_address_that_is_given_is_left_alone():
    seen = of_a_sandbox("""
        from hopx_ai import NetworkError, Sandbox
        try:
            Sandbox.health_check(base_url="http://127.0.0.1:9")
        except NetworkError:
            print("went elsewhere")
        """)
    assert seen == "went elsewhere\n", seen


def another_sitecustomize_is_run():
    with tempfile.TemporaryDirectory() as site:
        Path(site, "sitecustomize.py").write_text("import os\nos.environ['MARK'] = __file__\n", encoding="utf-8")
        seen = of_a_sandbox(
            """
            import os, sitecustomize
            from hopx_ai import Sandbox
            print(os.environ["MARK"] == sitecustomize.__file__, Sandbox.list())
            """, [site])
    assert seen == "True []\n", seen


def the_disk_cache_of_autogen_is_elsewhere():
    """AutoGen's own module stands in for it here: what matters is where its class is told to be."""
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as caches:
        module = Path(place, "autogen", "cache", "disk_cache.py")
        module.parent.mkdir(parents=True)
        for folder in (module.parent, module.parent.parent):
            (folder / "__init__.py").write_text("", encoding="utf-8")
        module.write_text(
            "class DiskCache:\n    def __init__(self, seed):\n        self.place = str(seed)\n", encoding="utf-8")
        seen = of_a_sandbox(
            f"""
            import os
            os.environ["UNDERSTUDY_CACHE_FOLDER"] = {caches!r}
            import subprocess, sys
            code = "from autogen.cache.disk_cache import DiskCache; print(DiskCache('./.cache/41').place)"
            print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout, end="")
            print(os.path.exists(".cache"))
            """, [place])
        where, exists = seen.splitlines()
    assert where.startswith(f"{caches}/") and exists == "False", seen


def serve_prints_it_too():
    cassette = PROJECT / "cassettes" / "tutorial" / "robust.yaml"
    with tempfile.TemporaryDirectory() as folder:
        with understudy("serve", "--cassette", str(cassette), "--port", "0", folder=folder) as server:
            first = server.exports["PYTHONPATH"].split(":")[0]
            assert os.listdir(first) == ["sitecustomize.py"] and first.startswith(os.path.realpath(folder)), first
            seen = told(server, """
                from hopx_ai import Sandbox
                sandbox = Sandbox.create("code-interpreter", timeout_seconds=300)
                print(sandbox.get_info().status)
                sandbox.kill()
                """, folder)
    assert seen == "running\n", seen
    assert server.exit_code == 0, f"ended with {server.exit_code}: {server.errors}"


if __name__ == "__main__":
    main(
        the_synchronous_class_goes_there, the_asynchronous_class_goes_there, templates_go_there, hopx_0_1_10_goes_there,
        no_address_is_left_in_hopx_0_1_10, an_address_that_is_given_is_left_alone, another_sitecustomize_is_run,
        the_disk_cache_of_autogen_is_elsewhere, serve_prints_it_too)
