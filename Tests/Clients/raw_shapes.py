"""A service that sends exact bytes in exact pieces: every body shape that a recording must give back.

`serve()` yields its address. `GET /NAME` or `POST /NAME` answers with that shape; `/hits` counts the others.
"""
import contextlib
import gzip
import socket
import socketserver
import struct
import threading

LINE = b"data: " + b"x" * 1_000_000 + b"\n\n"
UNICODE = "data: naïve ☕ 漢字 🙂👩\u200d🚀 \u2028 end\n\n".encode()

# Name: status, header fields, pieces. A piece is one write; None in the place of a piece resets the connection.
SHAPES = {
    "json": (200, {"content-type": "application/json"}, [b'{"a": 1,\n  "b": [1.50, "\\u00e9"]}\n']),
    "json-in-pieces": (200, {"content-type": "application/json", "transfer-encoding": "chunked"}, [b'{"a"', b": ", b"1}"]),
    "json-gzip": (200, {"content-type": "application/json", "content-encoding": "gzip"}, [gzip.compress(b'{"packed": true}')]),
    "empty": (200, {"content-type": "application/json"}, [b""]),
    "no-content": (204, {}, []),
    "not-utf8": (200, {"content-type": "application/octet-stream"}, [bytes(range(256))]),
    "text": (200, {"content-type": "text/plain"}, [b"line\r\nline\n\x00\x1b[31m \t end  \n\n"]),
    "bom": (200, {"content-type": "text/plain"}, ["\ufeffmark".encode()]),
    "error": (429, {"content-type": "application/json", "retry-after": "0"}, [b'{"error":{"message":"slow down"}}']),
    "html-error": (502, {"content-type": "text/html"}, [b"<html>Bad Gateway</html>"]),
    "two-cookies": (200, {"content-type": "text/plain", "x-two": ["a", "b"]}, [b"ok"]),
    "sse": (200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"},
            [b'data: {"n":1}\n\n', b'data: {"n":2}\n\ndata: {"n":3}\n\n', b"data: [DO", b"NE]\n\n"]),
    "sse-crlf": (200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"},
                 [b"event: a\r\ndata: 1\r\n\r\n", b": ping\r\n\r\ndata:2\r", b"\n\r\n"]),
    "sse-bytes": (200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"},
                  [UNICODE[i : i + 1] for i in range(len(UNICODE))]),
    "sse-long-line": (200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"}, [LINE[:70_000], LINE[70_000:]]),
    "sse-not-utf8": (200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"},
                     [b"data: \xff\xfe\x00\n\n", b"data: ok\n\n"]),
    "sse-unfinished": (200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"}, [b"data: 1\n\n", b"data: 2"]),
    "sse-reset": (200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"},
                  [b"data: 1\n\n", b"data: 2\n\n", None]),
    "ndjson": (200, {"content-type": "application/x-ndjson", "transfer-encoding": "chunked"}, [b'{"a":1}\n', b'{"a":2}\n{"a"', b":3}\n"]),
}


class Shapes(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            name = line.split()[1].decode().rsplit("/", 1)[-1]
            length = 0
            while (field := self.rfile.readline().strip()) != b"":
                if field.lower().startswith(b"content-length:"):
                    length = int(field.split(b":")[1])
            self.rfile.read(length)
            if name == "hits":
                self.send(200, {"content-type": "text/plain"}, [str(self.server.hits).encode()])
                continue
            self.server.hits += 1
            if not self.send(*SHAPES[name]):
                return

    def send(self, status, fields, pieces):
        chunked = "transfer-encoding" in fields
        lines = [f"HTTP/1.1 {status} X"]
        for key, value in fields.items():
            lines += [f"{key}: {one}" for one in (value if isinstance(value, list) else [value])]
        if not chunked and status != 204:
            lines.append(f"content-length: {sum(map(len, pieces))}")
        self.connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        for piece in pieces:
            if piece is None:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                return False
            self.connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.connection.sendall(b"0\r\n\r\n")
        return True


class Threading(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    hits = 0


@contextlib.contextmanager
def serve():
    with Threading(("127.0.0.1", 0), Shapes) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", server
        finally:
            server.shutdown()
