#!/usr/bin/env python3
"""Records WebSockets of any service as they are out there, over TLS, with an authority of one's own and a proxy on the way,
and replays them.

Service and client are the websockets library, on loopback.
"""
import ssl
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.sync.server import serve

from harness import main, understudy
from upstreams import NAME, Proxy, certificates


class Service:
    """Greets, gives each message back twice, compressed if it may, and says good-bye to `quit`."""

    def __init__(self, folder):
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(folder / "server.pem")
        self.asked = []
        self.server = serve(
            self.handle, "127.0.0.1", 0, ssl=tls, process_request=self.check, subprotocols=["feed.v1"])
        self.port = self.server.socket.getsockname()[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def check(self, connection, request):
        self.asked.append(request)
        if "refused" in request.path:
            return connection.respond(404, "there is no such feed\n")

    def handle(self, ws):
        ws.send("hello")
        for message in ws:
            if message == "quit":
                return ws.close(4000, "as you wish")
            ws.send(message)
            ws.send([message[:1], message[1:]] if len(message) > 1 else message)

    def close(self):
        self.server.shutdown()


@contextmanager
def stage():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        certificates(folder)
        service = Service(folder)
        try:
            yield folder, service
        finally:
            service.close()


def recording(folder, url, **variables):
    return understudy(
        "serve", "--cassette", "talk", "--mode", "record", "--upstream", f"http:feed={url}", folder=folder,
        variables=variables)


def opened(server, path="/live"):
    base = urlsplit(server.exports["OPENAI_BASE_URL"])
    return connect(
        f"ws://{base.netloc}/to/feed{path}", subprotocols=["feed.v1"], proxy=None,
        additional_headers={"authorization": f"Bearer {server.key()}"})


def talk(server):
    heard = []
    with opened(server) as ws:
        heard.append(ws.subprotocol)
        try:
            heard.append(ws.recv(30))
            for message in ("grüße", b"\x00\xff", "x" * 300_000):
                ws.send(message)
                heard += [ws.recv(30), ws.recv(30)]
            ws.send("quit")
            ws.recv(30)
        except ConnectionClosed as closed:
            heard.append(closed.rcvd.code)
    return heard


def a_secure_socket_is_recorded_and_replayed():
    with stage() as (folder, service):
        url = f"https://localhost:{service.port}/base"
        with recording(folder, url, SSL_CERT_FILE=str(folder / "ca.pem")) as server:
            live = talk(server)
        assert server.exit_code == 0, server.errors
        assert service.asked[0].path == "/base/live", service.asked
        assert live == [
            "feed.v1", "hello", "grüße", "grüße", b"\x00\xff", b"\x00\xff", "x" * 300_000, "x" * 300_000, 4000], live
        with understudy("serve", "--cassette", "talk", folder=folder) as server:
            # What is agreed on is no part of a recording.
            assert talk(server)[1:] == live[1:]
        assert server.exit_code == 0, (server.exit_code, server.errors)
        assert len(service.asked) == 1, service.asked


def an_authority_that_is_not_trusted_is_refused():
    with stage() as (folder, service):
        with recording(folder, f"https://localhost:{service.port}") as server:
            try:
                talk(server)
                raise AssertionError("it was trusted")
            except (OSError, EOFError, InvalidStatus, ConnectionClosed):
                pass
            except Exception as error:
                assert type(error).__name__ == "InvalidMessage", repr(error)
        assert service.asked == [], service.asked


def a_refused_handshake_is_recorded_as_the_answer_it_is():
    def refusal(server):
        try:
            opened(server, "/refused").close()
        except InvalidStatus as error:
            return error.response.status_code, error.response.body
        raise AssertionError("it was let in")

    with stage() as (folder, service):
        url = f"https://localhost:{service.port}"
        with recording(folder, url, SSL_CERT_FILE=str(folder / "ca.pem")) as server:
            assert refusal(server) == (404, b"there is no such feed\n")
        assert server.exit_code == 0, server.errors
        with understudy("serve", "--cassette", "talk", folder=folder) as server:
            assert refusal(server) == (404, b"there is no such feed\n")
        assert server.exit_code == 0, (server.exit_code, server.errors)


def a_proxy_on_the_way_is_used():
    with stage() as (folder, service):
        proxy = Proxy(service.port)
        address = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "SSL_CERT_FILE": str(folder / "ca.pem")}
        try:
            with recording(folder, f"https://{NAME}", **address) as server:
                assert talk(server)[1] == "hello", server.errors
            assert proxy.lines == [f"CONNECT {NAME}:443 HTTP/1.1"], proxy.lines
        finally:
            proxy.close()


if __name__ == "__main__":
    main(
        a_secure_socket_is_recorded_and_replayed, an_authority_that_is_not_trusted_is_refused,
        a_refused_handshake_is_recorded_as_the_answer_it_is, a_proxy_on_the_way_is_used)
