"""Validates JUnit reports with the schema in Tests/Fixtures/junit: the golden ones, and one that the built command writes.

Also that the numbers in their attributes are those of the elements, which a schema cannot say.
"""
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SCHEMA = PROJECT / "Tests/Fixtures/junit/junit.xsd"
GOLDEN = PROJECT / "Tests/Engine/ReportsTests/Golden"
UNDERSTUDY = Path(os.environ.get("UNDERSTUDY", PROJECT / ".build/debug/understudy")).resolve()

# Each must be refused: a schema that takes anything proves nothing.
WRONG = [
    ('failures="', 'failures="x'), ("<testcase classname=", "<testcase class="), ("<property name=", "<property nam="),
    ("</testsuite>", "<surprise/></testsuite>"), ('type="failed"', 'typ="failed"'), ('time="1.250"', 'time="-1"'),
]


def problem(file):
    checked = subprocess.run(
        ["xmllint", "--noout", "--nonet", "--schema", SCHEMA, file], capture_output=True, text=True, check=False)
    return None if checked.returncode == 0 else checked.stderr.strip()[:600]


def problem_with_numbers(file):
    tree = ElementTree.parse(file).getroot()
    for element in [tree, *tree.iter("testsuite")]:
        cases = list(element.iter("testcase"))
        seen = {
            "tests": len(cases), "failures": sum(case.find("failure") is not None for case in cases),
            "errors": sum(case.find("error") is not None for case in cases),
            "skipped": sum(case.find("skipped") is not None for case in cases),
        }
        told = {name: int(element.get(name)) for name in seen}
        if seen != told:
            return f"{element.get('name')} tells {told}, and has {seen}"
    return None


def written(folder):
    """The report of a run of one scenario that fails."""
    (folder / "scenarios").mkdir()
    (folder / "cassettes/tutorial").mkdir(parents=True)
    shutil.copy(PROJECT / "cassettes/tutorial/two-agent.yaml", folder / "cassettes/tutorial")
    text = (PROJECT / "scenarios/tutorial/two-agent.yaml").read_text("utf-8")
    text = text.replace("name: two-agent", "name: two-agent\ncassette: tutorial/two-agent", 1)
    (folder / "scenarios/good.yaml").write_text(text, "utf-8")
    (folder / "scenarios/bad.yaml").write_text(text.replace("exactly: 6", "exactly: 5"), "utf-8")
    run = subprocess.run(
        [UNDERSTUDY, "run", "--reporter", "junit=report.xml"], cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    return folder / "report.xml"


def main():
    if shutil.which("xmllint") is None:
        print("FAILED there is no xmllint: run make setup")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        reports = [*sorted(GOLDEN.glob("*.xml")), written(folder)]
        failures = [(report.name, found) for report in reports for found in (problem(report), problem_with_numbers(report)) if found]
        golden = (GOLDEN / "report.xml").read_text("utf-8")
        for number, (right, wrong) in enumerate(WRONG):
            assert right in golden, right
            (folder / "wrong.xml").write_text(golden.replace(right, wrong, 1), "utf-8")
            if problem(folder / "wrong.xml") is None:
                failures.append((f"wrong report {number}", f"{wrong} was taken"))
    for name, found in failures:
        print(f"FAILED {name}: {found}")
    print(f"JUnit: {len(reports)} reports and {len(WRONG)} wrong ones, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
