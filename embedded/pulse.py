"""Whether Redis answers, asked by someone who cannot wait."""

from __future__ import annotations

import socket
from pathlib import Path


class Pulse:
    """Asks by a new connection each time, and reads the answer when it is asked the next time."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._asked: socket.socket | None = None
        self._answers = 0

    def answers(self) -> int:
        """How many there were so far."""
        if self._asked is None:
            self._asked = self._ask()
        elif not self._is_silent(self._asked):
            self.close()
        return self._answers

    def close(self) -> None:
        """Wait for no answer any more."""
        if self._asked is not None:
            self._asked.close()
        self._asked = None

    def _ask(self) -> socket.socket | None:
        """None where nobody listens, or too many wait already."""
        connection = socket.socket(socket.AF_UNIX)
        connection.setblocking(False)
        try:
            connection.connect(self._path)
            connection.send(b"PING\r\n")
        except OSError:
            connection.close()
            return None
        return connection

    def _is_silent(self, connection: socket.socket) -> bool:
        """Neither answered nor closed."""
        try:
            self._answers += connection.recv(64).startswith(b"+PONG")
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False
