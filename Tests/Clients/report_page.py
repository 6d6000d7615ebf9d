"""Opens the HTML report in headless Chromium: no error, no request, keys and filters work, nothing an agent said runs.

Chromium is driven over its own pipe (the DevTools protocol), so that no port and no driver is needed. With SCREENSHOTS
naming a folder, pictures of the pages are left there.
"""

import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLANTED = "<script>window.planted = 1</script><img src=x onerror='window.planted = 2'></script> \u202efind their sum."
TURNS = 10_000


class Page:
    """One tab of a browser."""

    def __init__(self, profile):
        to_browser, self.writer = os.pipe()
        self.reader, from_browser = os.pipe()
        command = [
            shutil.which("chromium") or "chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
            "--remote-debugging-pipe", f"--user-data-dir={profile}", "--window-size=1400,1000", "--hide-scrollbars",
            "--no-first-run", "--disable-background-networking", "--disable-component-update", "about:blank",
        ]

        def streams():
            # The protocol's pipe is descriptors 3 and 4. Duplicates first: a source may be one of the two.
            source, sink = os.dup(to_browser), os.dup(from_browser)
            source, sink = (os.dup(fd) if fd in (3, 4) else fd for fd in (source, sink))
            os.dup2(source, 3)
            os.dup2(sink, 4)

        self.browser = subprocess.Popen(
            command, close_fds=False, preexec_fn=streams, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.number, self.session = b"", 0, None
        self.errors, self.requests, self.events = [], [], []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(domain + ".enable")

    def ask(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return answer["result"]

    def receive(self):
        while b"\0" not in self.buffer:
            data = os.read(self.reader, 1 << 20)
            if not data:
                raise AssertionError("the browser has gone")
            self.buffer += data
        text, _, self.buffer = self.buffer.partition(b"\0")
        message = json.loads(text)
        self.note(message)
        return message

    def note(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        self.events.append(method)
        if method == "Runtime.exceptionThrown":
            self.errors.append(str(parameters["exceptionDetails"])[:400])
        elif method == "Log.entryAdded":
            self.errors.append(parameters["entry"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.errors.append(str(parameters["args"])[:400])
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])

    def open(self, url):
        self.events.clear()
        self.ask("Page.navigate", url=url)
        while "Page.loadEventFired" not in self.events:
            self.receive()

    def value(self, expression):
        result = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return result["result"].get("value")

    def press(self, key):
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, text=key if kind == "keyDown" else "")

    def picture(self, name):
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            data = self.ask("Page.captureScreenshot", format="png")["data"]
            (pathlib.Path(folder) / f"{name}.png").write_bytes(base64.b64decode(data))

    def close(self):
        self.browser.terminate()
        self.browser.wait()


def make_report(understudy, folder):
    """Two runs of one of the project's scenarios, the second with markup planted in what is asked, and their report."""
    for name in ("scenarios", "cassettes"):
        shutil.copytree(ROOT / name, folder / name)
    run = lambda *words: subprocess.run([understudy, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert run("run", "tutorial/two-agent").returncode == 0
    scenario = folder / "scenarios/tutorial/two-agent.yaml"
    text = scenario.read_text()
    assert "find their sum." in text
    scenario.write_text(text.replace("find their sum.", PLANTED))
    assert run("run", "tutorial/two-agent", "--label", "planted").returncode == 1
    made = run("report", "latest", "--against", "latest~1", "--html", "report.html")
    assert made.returncode == 0, made.stderr
    return folder / "report.html"


def check(page, file):
    def expect(expression, wanted):
        seen = page.value(expression)
        assert seen == wanted, f"{expression} is {seen!r}, not {wanted!r}"

    page.open(file.as_uri())
    title = "document.querySelector('h2').textContent"
    assert "planted" in page.value(title)
    page.picture("overview")
    expect("document.querySelectorAll('.over tbody tr').length", 1)

    page.press("j")
    expect(title, "tutorial/two-agent")
    page.press("c")
    expect("document.querySelector('#conversation').textContent.includes('<script>window.planted')", True)
    expect("document.querySelector('#conversation').textContent.includes('<U+202E>find their sum')", True)
    page.picture("conversation")
    page.press("d")
    expect("document.querySelector('[role=tab][aria-selected=true]').textContent", "Diff")
    assert page.value("document.querySelectorAll('[data-change]').length") > 0
    page.press("n")
    expect("document.querySelectorAll('.row.current').length", 1)
    page.picture("diff")
    page.press("t")
    theme = page.value("document.documentElement.dataset.theme")
    assert theme in ("dark", "light")
    page.picture("diff-" + theme)
    page.press("o")

    page.value("document.querySelector('[data-filter=passed]').click()")
    expect("document.querySelectorAll('.over tbody tr').length", 0)
    page.press("f")
    expect("document.querySelector('[data-filter=different]').getAttribute('aria-pressed')", "true")
    expect("document.querySelectorAll('.over tbody tr').length", 1)
    page.press("/")
    expect("document.activeElement.id", "search")
    for letter in "nowhere":
        page.press(letter)
    expect("document.querySelectorAll('.over tbody tr').length", 0)

    # A view is in the address.
    page.open(file.as_uri() + "?again#at=0&tab=diff&filter=failed")
    expect(title, "tutorial/two-agent")
    expect("document.querySelector('[data-filter=failed]').getAttribute('aria-pressed')", "true")
    expect("typeof window.planted", "undefined")
    expect("document.querySelectorAll('main script, main img').length", 0)


def make_figure_report(understudy, folder):
    """The run of a scenario whose code shows a figure, and hostile things where figures belong."""
    cassette = folder / "cassettes/plot.yaml"
    page = folder / "figures.html"
    command = [understudy, "run", "plot", "--reporter", f"html={page}"]
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    text = cassette.read_text()
    fields = """    svg: <svg xmlns="http://www.w3.org/2000/svg"><script>window.planted = 1</script><rect width="9" height="9"/></svg>
    html: <img src=x onerror="window.planted = 1">
    dataframe: {rows: [[1, <script>window.planted = 1</script>]]}
"""
    cassette.write_text(text.replace("    png: ", fields + "    png: ", 1))
    hostile = folder / "hostile.html"
    command[-1] = f"html={hostile}"
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    return page, hostile


def check_figures(page, file, hostile):
    page.open(file.as_uri() + "#at=0&tab=conversation")
    picture = "[...document.querySelectorAll('main img')].map(img => [img.complete, img.naturalWidth, img.naturalHeight])"
    assert page.value(f"JSON.stringify({picture})") == "[[true,400,300]]", page.value(f"JSON.stringify({picture})")
    page.picture("figure")
    page.open(hostile.as_uri() + "?hostile#at=0&tab=conversation")
    assert page.value("document.querySelectorAll('main img').length") == 2
    assert page.value("document.querySelectorAll('main script, main svg, main img[onerror]').length") == 0
    assert page.value("typeof window.planted") == "undefined"
    assert page.value("document.querySelector('#conversation').textContent.includes('onerror=')")


def long_story(turns, wording):
    """A transcript of so many turns, of which every 500th is worded as told."""
    entries = []
    for turn in range(1, turns + 1):
        speaker, recipient = ("assistant", "user_proxy") if turn % 2 else ("user_proxy", "assistant")
        text = f"Remark {turn} about matter {turn * 7}" + (f", {wording}." if turn % 500 == 0 else ", as it was.")
        entries.append({"turn": turn, "kind": "message", "speaker": speaker, "recipient": recipient, "text": text})
    entries.append({"turn": turns, "kind": "end", "cause": "max_turns", "agent": "assistant"})
    return {"understudy": "transcript/1", "subject": "long", "entries": entries}


def make_long_report(understudy, folder, small):
    """The page of a run of 10,000 turns compared with another: a small page with that in the place of its data."""
    before, after = long_story(TURNS, "said plainly"), long_story(TURNS, "said at length")
    (folder / "before.json").write_text(json.dumps(before))
    (folder / "after.json").write_text(json.dumps(after))
    compared = subprocess.run(
        [understudy, "diff", "before.json", "after.json", "--json"], cwd=folder, capture_output=True, text=True, check=False)
    assert compared.returncode == 1, compared.stderr
    page = small.read_text()
    head, rest = page.split('<script type="application/json" id="report">', 1)
    data, tail = rest.split("</script>", 1)
    report = json.loads(data)
    attempt = report["attempts"][0]
    attempt.update(
        scenario="long", turns=TURNS, transcript=after, findings=[], misses=[], status="passed",
        comparison={"before": before, "diff": json.loads(compared.stdout)["scenarios"][0]["diff"]})
    data = json.dumps(report).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    (folder / "long.html").write_text(head + '<script type="application/json" id="report">' + data + "</script>" + tail)
    return folder / "long.html"


def check_long(page, file):
    """10,000 turns: the page makes only what its reader comes near, and goes, searches and compares through all of them."""
    def count(selector):
        return page.value(f"document.querySelectorAll({selector!r}).length")

    page.open(file.as_uri() + "#at=0&tab=conversation")
    assert 100 <= count(".turn") <= 1000, count(".turn")
    for _ in range(3):
        page.press("n")
    assert page.value("document.querySelector('.turn.current').id") == "turn-3"
    page.press("/")
    for letter in "at length":
        page.press(letter)
    assert count(".turn") == TURNS // 500, count(".turn")
    page.value("document.activeElement.blur()")
    page.press("d")
    assert count("[data-change]") == TURNS // 500 and count(".fold") == TURNS // 500 + 1
    page.press("n")
    assert "500" in page.value("document.querySelector('.row.current').textContent")
    page.picture("long-diff")
    # On paper everything is there.
    page.open(file.as_uri() + "?paper#at=0&tab=conversation")
    page.value("dispatchEvent(new Event('beforeprint'))")
    assert count(".turn") == TURNS, count(".turn")


def check_live(page, understudy, folder):
    """The served page has the stored runs to choose from, and takes up a new one by itself; it asks its own server alone."""
    view = subprocess.Popen([understudy, "view"], cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        address = view.stdout.readline().strip()
        page.open(address)
        assert page.value("document.querySelectorAll('#run option').length") == 2
        assert "planted" in page.value("document.querySelector('h2').textContent")
        page.picture("live")
        page.events.clear()
        subprocess.run(
            [understudy, "run", "tutorial/two-agent", "--label", "newer"], cwd=folder, capture_output=True, check=False)
        while "Page.loadEventFired" not in page.events:
            page.receive()
        assert "newer" in page.value("document.querySelector('h2').textContent")
        assert page.value("document.querySelectorAll('#run option').length") == 3
        return address
    finally:
        view.terminate()
        view.wait()


def main():
    # A browser that says nothing more must not stop the tests for good.
    signal.alarm(120)
    understudy = os.environ.get("UNDERSTUDY", str(ROOT / ".build/debug/understudy"))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        report = make_report(understudy, folder)
        page = Page(folder / "profile")
        try:
            check(page, report)
            check_long(page, make_long_report(understudy, folder, report))
            address = check_live(page, understudy, folder)
            check_figures(page, *make_figure_report(understudy, folder))
            outside = [url for url in page.requests if not url.startswith(("file:", "data:", "about:", address))]
            assert not outside, f"the page asked for {outside}"
            assert not page.errors, f"the console has {page.errors}"
        finally:
            page.close()
    print("report page: no error, no request, keys and filters work, nothing planted ran; figures are seen; 10,000 turns stay usable; a served page is live")


if __name__ == "__main__":
    sys.exit(main())
