#!/usr/bin/env python3
"""Records from services as they are out there: HTTP/2 alone over TLS, an authority of one's own, a proxy on the way.

The service is the h2 library behind Python's own TLS, on loopback, with certificates made for the test.
"""
import json
import ssl
import tempfile
from contextlib import contextmanager
from pathlib import Path

import h2.config
import h2.connection
import h2.events

from harness import main, understudy
from upstreams import NAME, Listener, Proxy, certificates

PIECES = [b'data: {"choices":[{"index":0,"delta":{"content":"%d"}}]}\n\n' % n for n in range(5)] + [b"data: [DONE]\n\n"]


class HTTP2Service(Listener):
    """Answers chat completions over HTTP/2 and nothing else, as one JSON text or in DATA frames of an event each."""

    def __init__(self, folder):
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(folder / "server.pem")
        self.tls.set_alpn_protocols(["h2"])
        self.asked = []
        super().__init__()

    def handle(self, connection):
        with self.tls.wrap_socket(connection, server_side=True) as stream:
            if stream.selected_alpn_protocol() != "h2":
                return
            http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
            http.initiate_connection()
            stream.sendall(http.data_to_send())
            requests = {}
            while data := stream.recv(65536):
                for event in http.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        requests[event.stream_id] = (dict(event.headers), b"")
                    elif isinstance(event, h2.events.DataReceived):
                        headers, body = requests[event.stream_id]
                        requests[event.stream_id] = (headers, body + event.data)
                        http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, h2.events.StreamEnded):
                        self.answer(http, event.stream_id, *requests.pop(event.stream_id))
                stream.sendall(http.data_to_send())

    def answer(self, http, number, headers, body):
        self.asked.append((headers, json.loads(body)))
        is_stream = json.loads(body).get("stream", False)
        kind = "text/event-stream" if is_stream else "application/json"
        http.send_headers(number, [(":status", "200"), ("content-type", kind), ("x-protocol", "h2")])
        for piece in PIECES if is_stream else [b'{"id": "c1",  "choices": []}']:
            http.send_data(number, piece)
        http.end_stream(number)


@contextmanager
def stage():
    """A project's folder and a service of HTTP/2 alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        certificates(folder)
        service = HTTP2Service(folder)
        try:
            yield folder, service
        finally:
            service.close()


def recording(folder, url, **variables):
    return understudy(
        "serve", "--cassette", "talk", "--mode", "record", "--upstream", f"openai={url}", folder=folder,
        variables={"OPENAI_API_KEY": "sk-live-0123456789abcdef"} | variables)


def ask(server, **members):
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}]} | members
    status, headers, content = server.request("POST", "/chat/completions", json.dumps(body))
    return status, headers["x-protocol"], content


def a_service_of_http_2_alone_is_recorded_and_replayed():
    with stage() as (folder, service):
        url = f"https://localhost:{service.port}/v1"
        with recording(folder, url, SSL_CERT_FILE=str(folder / "ca.pem")) as server:
            first = [ask(server), ask(server, stream=True)]
        assert server.exit_code == 0, server.errors
        assert first == [(200, "h2", b'{"id": "c1",  "choices": []}'), (200, "h2", b"".join(PIECES))], first
        headers, _ = service.asked[0]
        assert headers[":path"] == "/v1/chat/completions" and headers[":scheme"] == "https", headers
        assert headers["authorization"] == "Bearer sk-live-0123456789abcdef", headers
        assert [body.get("stream") for _, body in service.asked] == [None, True], service.asked
        with understudy("serve", "--cassette", "talk", folder=folder) as server:
            assert [ask(server), ask(server, stream=True)] == first
        assert len(service.asked) == 2, service.asked
        assert server.exit_code == 0, (server.exit_code, server.errors)


def an_authority_that_is_not_trusted_is_refused():
    with stage() as (folder, service):
        with recording(folder, f"https://localhost:{service.port}/v1") as server:
            try:
                status = ask(server)[0]
            except OSError:
                status = None
        assert status is None or status >= 500, status
        assert service.asked == [], service.asked
        # What was recorded is that no answer came.
        assert "end: reset" in (folder / "cassettes" / "talk.yaml").read_text(), server.errors


def a_proxy_on_the_way_is_used():
    with stage() as (folder, service):
        proxy = Proxy(service.port)
        address = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "SSL_CERT_FILE": str(folder / "ca.pem")}
        try:
            with recording(folder, f"https://{NAME}/v1", **address) as server:
                assert ask(server)[:2] == (200, "h2"), server.errors
            assert proxy.lines == [f"CONNECT {NAME}:443 HTTP/1.1"], proxy.lines
            # This machine is asked without it.
            with recording(folder, f"https://localhost:{service.port}/v1", **address) as server:
                assert ask(server)[:2] == (200, "h2"), server.errors
            assert len(proxy.lines) == 1 and len(service.asked) == 2, proxy.lines
        finally:
            proxy.close()


if __name__ == "__main__":
    main(
        a_service_of_http_2_alone_is_recorded_and_replayed, an_authority_that_is_not_trusted_is_refused,
        a_proxy_on_the_way_is_used)
