"""What programs do with the templates of hopx-ai: find them, build them, make machines of them.

    templates_program.py sync|async find
    templates_program.py async build|failing-build
"""
import asyncio
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "programs"))

import hopx_ai.template as building  # noqa: E402
from client import ADDRESS, Dialect, masked, of, raised_by  # noqa: E402
from hopx_ai import Template  # noqa: E402
from hopx_ai.template import BuildOptions, CreateVMOptions  # noqa: E402
from hopx_ai.template.types import RegistryAuth  # noqa: E402
from told import tell  # noqa: E402


async def find(hopx):
    Sandbox = hopx.Sandbox
    templates = await of(Sandbox.list_templates(**hopx.address))
    known = next(one for one in templates if one.name == "code-interpreter")
    yield "listed", {"title": bool(known.display_name), "active": known.is_active, "public": known.is_public}
    yield "of a language", "code-interpreter" in [
        one.name for one in await of(Sandbox.list_templates(language="python", **hopx.address))]
    yield "of no category", await of(Sandbox.list_templates(category="no-such-category", **hopx.address))
    for name in (known.name, known.id):
        found = await of(Sandbox.get_template(name, **hopx.address))
        yield f"by {'name' if name == known.name else 'id'}", {
            "same": (found.id, found.name) == (known.id, known.name), "status": found.status,
            "resources": found.default_resources is not None and found.default_resources.vcpu > 0}
    yield "absent", (await raised_by(lambda: Sandbox.get_template("no-such-template", **hopx.address)))["raised"]
    public = await raised_by(lambda: Sandbox.delete_template(known.id, **hopx.address))
    yield "public deleted", [public["raised"], public.get("status_code")]
    absent = await raised_by(lambda: Sandbox.delete_template("no-such-template", **hopx.address))
    yield "absent deleted", absent["raised"]


def complete_template():
    """A template that uses every step there is."""
    return (
        Template().from_python_image("3.12").set_env("ONE", "1").set_envs({"TWO": "2", "THREE": "3"})
        .set_workdir("/app").set_user("root").copy("app/", "/app/").copy(["a.txt", "b.txt"], "/data/")
        .run_cmd("echo built").skip_cache().apt_install("curl").pip_install("requests", ["rich"])
        .npm_install("left-pad").go_install(["example.org/tool@latest"]).cargo_install(["ripgrep"])
        .git_clone("https://example.org/repository.git", "/src").add_metadata("agent_version", "3.2.8")
        .set_start_cmd("python -m http.server 8000", building.wait_for_port(8000, timeout=1000)))


async def build(hopx):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "app").mkdir()
        for name in ("app/main.py", "a.txt", "b.txt"):
            Path(folder, name).write_text(f"# {name}\n", encoding="utf-8")
        logs, progress = [], []
        common = {"api_key": os.environ["HOPX_API_KEY"], "base_url": ADDRESS, "context_path": folder}
        options = BuildOptions(
            name="of-every-step", cpu=2, memory=1024, disk_gb=5, on_log=logs.append, on_progress=progress.append,
            **common)
        result = await Template.build(complete_template(), options)
        yield "built", {
            "build": bool(result.build_id), "template": result.template_id.isdigit(), "progress": progress[-1:]}
        yield "log", {"lines": len(logs) > 3, "steps": any("echo built" in one["message"] for one in logs)}
        told = await result.get_logs()
        yield "logs", {"text": "echo built" in told.logs, "complete": told.complete, "offset": told.offset > 0}
        yield "no more logs", (await result.get_logs(offset=told.offset)).logs

        found = await of(hopx.Sandbox.get_template("of-every-step", **hopx.address))
        yield "found", {
            "same": found.id == result.template_id, "status": found.status, "public": found.is_public,
            "active": found.is_active}
        machine = await result.create_vm(CreateVMOptions(env_vars={"FOUR": "4"}))
        yield "machine", {"status": machine.status, "of it": machine.template_id == result.template_id}
        inside = await of(hopx.Sandbox.connect(machine.vm_id, **hopx.address))
        yield "inside", (await hopx.run(inside, "import os\nprint(os.environ['FOUR'])")).stdout
        await machine.delete()
        yield "machine deleted", (await raised_by(inside.get_info))["raised"]

        smaller = Template(from_image="ubuntu:22.04").run_cmd("true")
        again = BuildOptions(name="of-every-step", **common)
        taken = await raised_by(lambda: Template.build(smaller, again))
        yield "name is taken", {"raised": taken["raised"]}
        again.update = True
        yield "updated", (await Template.build(smaller, again)).template_id == result.template_id
        await of(hopx.Sandbox.delete_template(result.template_id, **hopx.address))
        gone = await raised_by(lambda: hopx.Sandbox.get_template("of-every-step", **hopx.address))
        yield "deleted", gone["raised"]


async def failing_build(hopx):
    """Whoever runs this makes the build fail."""
    common = {"api_key": os.environ["HOPX_API_KEY"], "base_url": ADDRESS}
    private = Template().from_private_image("registry.example/image:1", RegistryAuth("user", "s3cret-password"))
    failing = await raised_by(lambda: Template.build(private.run_cmd("exit 1"), BuildOptions(name="fails", **common)))
    yield "fails", {name: failing.get(name) for name in ("raised", "code", "build_status", "error_details")}
    for name, template in (("no image", Template().run_cmd("true")), ("no step", Template("a").set_env("A", "b"))):
        options = BuildOptions(name="refused", **common)
        yield name, (await raised_by(lambda: Template.build(template, options)))["raised"]
    yield "checks of readiness", [
        check.type.value for check in (
            building.wait_for_port(1), building.wait_for_url("http://x"), building.wait_for_file("/x"),
            building.wait_for_process("x"), building.wait_for_command("true"))]


GROUPS = {"find": find, "build": build, "failing-build": failing_build}


async def main(dialect, group):
    async for name, value in GROUPS[group](Dialect(dialect)):
        tell(name, masked(value))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
