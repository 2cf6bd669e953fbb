"""Runs claimspan behind the nginx sample, and looks at what a client sees.

usage: live.py PROGRAM FOLDER HTTP HTTPS BACKEND

FOLDER holds nginx.conf and cert.pem; the other three are ports of this machine. Prints one line
for each thing that holds, and ends with 1 at the first that does not.
"""

import base64
import json
import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

program, folder = sys.argv[1], Path(sys.argv[2])
http, https, backend = map(int, sys.argv[3:])
name = "claims.example.org"
database = f"sqlite://{folder}/claimspan.db"
trust = ssl.create_default_context(cafile=folder / "cert.pem")


def expect(what, holds, seen=""):
    if not holds:
        log = (folder / "nginx.log").read_text()
        sys.exit(f"{what}: it does not hold; seen: {seen}\nnginx logged: {log}")
    print(f"    {what}")


def tls():
    plain = socket.create_connection(("127.0.0.1", https), timeout=5)
    return trust.wrap_socket(plain, server_hostname=name)


def request(text, body=b"", until=None, seconds=5.0):
    """Sends a request over TLS, and returns what arrives until `until` is in it, or it ends."""
    with tls() as connection:
        connection.sendall(text.replace("\n", "\r\n").encode() + body)
        end, seen = time.monotonic() + seconds, b""
        while until is None or until not in seen:
            connection.settimeout(max(end - time.monotonic(), 0.01))
            try:
                more = connection.recv(65536)
            except TimeoutError:
                break
            if not more:
                break
            seen += more
        return seen


def post(query, variables, more="", size=0):
    body = json.dumps({"query": query, "variables": variables}).encode().ljust(size)
    return (
        f"POST /graphql HTTP/1.1\nHost: {name}\nContent-Type: application/json\n"
        f"Content-Length: {len(body)}\nConnection: close\n{more}\n",
        body,
    )


def ask(query, variables, more="", size=0):
    head, _, body = request(*post(query, variables, more, size), seconds=20).partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        body = b"".join(re.findall(rb"[0-9a-f]+\r\n(.*?)\r\n", body, re.DOTALL))
    try:
        return json.loads(body), head.decode()
    except ValueError:
        sys.exit(f"no JSON came back: {head!r} {body[:200]!r}")


def get(path):
    return request(f"GET {path} HTTP/1.1\nHost: {name}\nConnection: close\n\n").decode()


def manage(*arguments, said=None):
    subprocess.run(
        [program, "--database-url", database, *arguments],
        check=True, text=True, input=said, stdout=subprocess.DEVNULL,
    )


def health():
    """Runs the image's own health check against the server here."""
    text = Path("Dockerfile").read_text()
    command = re.search(r"HEALTHCHECK .*?CMD (\[.*?\])$", text, re.DOTALL | re.MULTILINE)[1]
    command = [part.replace("/8080", f"/{backend}") for part in json.loads(command)]
    return subprocess.run(command, stderr=subprocess.DEVNULL, timeout=10).returncode


def frame(text):
    """A short text message of a client: RFC 6455, masked with zeros."""
    return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text


def checks(token, newsroom):
    plain = socket.create_connection(("127.0.0.1", http), timeout=5)
    plain.sendall(f"GET /graphiql HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
    seen = plain.recv(4096).decode()
    expect("HTTP leads to HTTPS", "308" in seen and f"Location: https://{name}/graphiql" in seen, seen)

    seen = get("/graphiql")
    expect("the server believes the proxy: it asks browsers to stay with TLS",
           "strict-transport-security: max-age" in seen.lower(), seen[:600])
    for path in ("/metrics", "/health/ready", "/health/live"):
        expect(f"{path} is not public", " 404 " in get(path).splitlines()[0])

    # Blanks after the JSON are part of the body.
    answer, _ = ask("{ __typename }", {}, size=8 << 20)
    expect("a body of 8 MiB reaches claimspan", answer == {"data": {"__typename": "Query"}}, answer)
    head = f"POST /graphql HTTP/1.1\nHost: {name}\nContent-Length: {(8 << 20) + 1}\n\n"
    expect("a larger one does not", b" 413 " in request(head, until=b"\r\n"))

    follow = "subscription($in: ID!) { activity(newsroom: $in, after: 0) { number kind } }"
    more = f"Authorization: Bearer {token}\nAccept: text/event-stream\n"
    seen = request(*post(follow, {"in": newsroom}, more), until=b"event: next", seconds=3)
    expect("events arrive while their stream is open", b"event: next" in seen, seen)

    with tls() as connection:
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        connection.sendall(
            f"GET /graphql HTTP/1.1\r\nHost: {name}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode())
        seen = connection.recv(4096)
        expect("a WebSocket opens", seen.startswith(b"HTTP/1.1 101 "), seen)
        connection.sendall(frame(b'{"type":"connection_init"}'))
        seen = connection.recv(4096)
        expect("and talks", b"connection_ack" in seen, seen)

    expect("the image's health check passes", health() == 0)


def main():
    manage("newsroom", "create", "--slug", "check", "--name", "Check")
    password = secrets.token_urlsafe(24)
    manage("account", "create", "--email", "a@check.example", "--name", "A", "--newsroom", "check",
           "--role", "admin", said=password)
    settings = {"CLAIMSPAN_LISTEN": f"127.0.0.1:{backend}", "CLAIMSPAN_TRUSTED_PROXY": "127.0.0.1",
                "CLAIMSPAN_DATABASE_URL": database, "PATH": os.environ["PATH"]}
    server = subprocess.Popen([program, "serve"], env=settings, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    proxy = subprocess.Popen(["nginx", "-q", "-p", folder, "-c", folder / "nginx.conf"],
                             stderr=(folder / "nginx.log").open("w"))
    try:
        if "listens" not in server.stdout.readline():
            sys.exit("claimspan did not start")
        for _ in range(100):
            try:
                tls().close()
                break
            except OSError:
                time.sleep(0.05)
        answer, _ = ask("mutation($i: SignInInput!) { signIn(input: $i) { token } }",
                        {"i": {"email": "a@check.example", "password": password}})
        token = answer["data"]["signIn"]["token"]
        answer, _ = ask('{ newsroom(slug: "check") { id } }', {}, f"Authorization: Bearer {token}\n")
        checks(token, answer["data"]["newsroom"]["id"])
        metrics = urllib.request.urlopen(f"http://127.0.0.1:{backend}/metrics").read().decode()
        listed = Path("docs/operating.md").read_text()
        for metric in re.findall(r"^# TYPE (\w+)", metrics, re.MULTILINE):
            if f"`{metric}" not in listed:
                sys.exit(f"docs/operating.md does not list the metric {metric}")
        print("    docs/operating.md lists every metric")
        server.terminate()
        expect("on SIGTERM claimspan ends with 0", server.wait(40) == 0)
        expect("the image's health check fails then", health() != 0)
    finally:
        for process in (proxy, server):
            process.terminate()
            process.wait(40)


main()
