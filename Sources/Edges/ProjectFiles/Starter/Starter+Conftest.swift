extension Starter {
    static let conftestText = #"""
        """A test with `@pytest.mark.cassette("hello")` is answered from cassettes/hello.yaml, from its start.

        Clients that the test makes find the server by their variables. Where the variables of `understudy serve` are set
        already, or all runs as `understudy exec --cassette hello -- pytest`, that server answers; otherwise one is started.
        hopx-ai needs `understudy exec`, or `Sandbox.create(base_url=os.environ["HOPX_BASE_URL"])`.
        """
        import hashlib
        import json
        import os
        import re
        import subprocess
        from urllib.request import urlopen

        import pytest


        def pytest_configure(config):
            config.addinivalue_line("markers", "cassette(name): what answers the models and sandboxes of the test")


        @pytest.fixture(scope="session")
        def understudy(request):
            """The variables that lead to a server."""
            if os.environ.get("OPENAI_API_KEY", "").startswith("us-"):
                yield dict(os.environ)
                return
            first = next(mark.args[0] for item in request.session.items for mark in item.iter_markers("cassette"))
            command = ["understudy", "serve", "--cassette", first, "--used-up", "error", "--format", "json"]
            server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            yield json.loads(server.stdout.readline())["exports"]
            server.terminate()
            server.wait()


        @pytest.fixture(autouse=True)
        def cassette(request, monkeypatch):
            """The test's own position in its cassette; a request without a recording fails it, whatever it made of that."""
            mark = request.node.get_closest_marker("cassette")
            if mark is None:
                yield
                return
            variables = request.getfixturevalue("understudy")
            readable = re.sub("[^A-Za-z0-9_-]+", "-", request.node.name)[:50]
            digest = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]
            session = f"{mark.args[0].replace('/', ':')}.{readable}-{digest}"
            for name, value in variables.items():
                monkeypatch.setenv(name, f"us-{session}" if value.startswith("us-") else value)
            yield session
            with urlopen(f"{variables['HOPX_BASE_URL']}/_understudy/sessions/{session}/status") as answer:
                misses = json.load(answer)["misses"]
            assert not misses, f"no recording in {mark.args[0]} for: {json.dumps(misses, indent=2)}"

        """#
}
