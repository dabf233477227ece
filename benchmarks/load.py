"""A client that costs little: prepared bytes on connections that stay open, answers counted by their length.

python -m benchmarks.load PORT PATH KEY SECONDS CONNECTIONS
"""

from __future__ import annotations

import re
import selectors
import socket
import sys
import time


def request_for(path: str, key: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n\r\n".encode()


def answers_per_second(port: int, request: bytes, seconds: float, connections: int) -> float:
    """Each connection sends its next request as soon as it has its answer. Raises RuntimeError unless all are 200."""
    selector, length = selectors.DefaultSelector(), _length_of_answer(port, request)
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setblocking(False)
        connection.sendall(request)
        selector.register(connection, selectors.EVENT_READ, [0])
    answered, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        for key, _ in selector.select(1):
            received = key.data
            received[0] += len(key.fileobj.recv(1 << 16))  # type: ignore[union-attr]  # a socket, as registered above
            if received[0] >= length:
                received[0] -= length
                answered += 1
                key.fileobj.sendall(request)  # type: ignore[union-attr]
    for entry in list(selector.get_map().values()):
        entry.fileobj.close()  # type: ignore[union-attr]
    return answered / elapsed


def _length_of_answer(port: int, request: bytes) -> int:
    """Of the second answer; headers that count down keep their width in a short run."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(2):
            connection.sendall(request)
            answer = connection.recv(1 << 16)
            head, _, body = answer.partition(b"\r\n\r\n")
            announced = int(re.search(rb"(?i)content-length: *([0-9]+)", head)[1])  # type: ignore[index]  # it is there
            while len(body) < announced:
                body += connection.recv(1 << 16)
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.decode())
        return len(head) + 4 + announced


def main() -> None:
    port, path, key, seconds, connections = sys.argv[1:]
    rate = answers_per_second(int(port), request_for(path, key), float(seconds), int(connections))
    sys.stdout.write(f"{rate:.1f}\n")


if __name__ == "__main__":
    main()
