"""An authentication server on a host: TLS with a certificate of its own, and /ids as Liqo answers it."""

import http.server
import json
import socket
import ssl
import subprocess
import threading

import sandbox


def make_certificate(directory, name="liqo-auth"):
    """A new self-signed certificate with its key, in one file; and its fingerprint."""
    path = f"{directory}/{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "1", "-subj", f"/CN={name}", "-keyout", path, "-out", path + ".crt"],
        check=True, capture_output=True)
    with open(path, "a") as whole, open(path + ".crt") as certificate:
        whole.write(certificate.read())
    shown = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-sha256", "-fingerprint"],
                           check=True, capture_output=True, text=True).stdout
    return path, "sha256:" + shown.split("=")[1].strip().replace(":", "").lower()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler, listening):
        super().__init__(("", 0), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening

    def handle_error(self, request, client_address):
        pass  # a client that left


class AuthServer:
    """`ids` is what /ids tells; a str or bytes is sent as it is. `requests` are the paths asked."""

    def __init__(self, host, port, cluster_id, name=None, release="0.10", address="::"):
        self.ids = {"clusterId": cluster_id}
        if name:
            self.ids["clusterName"] = name
        if release == "0.2":
            self.ids["guestNamespace"] = "liqo"
        self.status = 200  # of /ids
        self.pages = {}  # path: (status, text), of others
        self.requests = []
        self.clients = []  # addresses, of every connection
        self._host = host
        self._address = (address, port)
        self.renew()

    def renew(self, name="liqo-auth"):
        """Another certificate, for the connections to come."""
        self.path, self.fingerprint = make_certificate(self._host.run_dir, name)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.path)
        return self.fingerprint

    def show_that_of(self, other):
        """The other's certificate: the cluster's, whichever of its hosts answers."""
        self.path, self.fingerprint, self._tls = other.path, other.fingerprint, other._tls
        return self

    def start(self):
        with sandbox.network_of(self._host.pid):
            listening = socket.create_server(self._address, family=socket.AF_INET6,
                                             dualstack_ipv6=True)
        self._server = _Server(self._handler(), listening)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def _handler(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                outer.clients.append(self.client_address[0])
                self.request.settimeout(10)
                self.request = outer._tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def finish(self):
                super().finish()
                self.request.close()

            def do_GET(self):
                outer.requests.append(self.path)
                pages = {"/ids": (outer.status, outer.ids), **outer.pages}
                status, body = pages.get(self.path, (404, "not found"))
                if isinstance(body, dict):
                    body = json.dumps(body)
                octets = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

            def log_message(self, *_):
                pass

        return Handler
