"""What services of the tests stand on: certificates made for the test, a listener, a proxy on the way."""
import datetime
import ipaddress
import socket
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "upstream.test"


def certificates(folder):
    """`ca.pem`, and `server.pem` with its key, which that authority signed for this machine and for NAME."""
    now = datetime.datetime.now(datetime.timezone.utc)

    def made(subject, key, issuer, issuer_key, *extensions):
        builder = x509.CertificateBuilder(
            issuer_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]),
            subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]),
            public_key=key.public_key(), serial_number=x509.random_serial_number(),
            not_valid_before=now - datetime.timedelta(days=1), not_valid_after=now + datetime.timedelta(days=1))
        for extension, is_critical in extensions:
            builder = builder.add_extension(extension, critical=is_critical)
        return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = made("Test CA", ca_key, "Test CA", ca_key, (x509.BasicConstraints(ca=True, path_length=0), True))
    names = [x509.DNSName("localhost"), x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    server = made("server", key, "Test CA", ca_key, (x509.SubjectAlternativeName(names), False))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(authority)
    (folder / "server.pem").write_bytes(server + secret)


class Listener:
    """Accepts connections on a port of its own, each handled on a thread."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection):
        try:
            with connection:
                self.handle(connection)
        except OSError:
            pass

    def close(self):
        self.socket.close()


class Proxy(Listener):
    """An HTTP proxy that knows CONNECT, and one way: to a port of this machine."""

    def __init__(self, port):
        self.target = port
        self.lines = []
        super().__init__()

    def handle(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        self.lines.append(head.split(b"\r\n")[0].decode())
        with socket.create_connection(("127.0.0.1", self.target)) as service:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=self.relay, args=(service, connection), daemon=True)
            back.start()
            self.relay(connection, service)
            back.join()

    @staticmethod
    def relay(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
