"""The socket that the API answers on. The supervisor holds it, so that a client waits while the API starts again."""

from __future__ import annotations

import os
import socket
from functools import partial
from typing import Any

import click
from supervisor.options import ProcessConfig, ServerOptions
from supervisor.process import Subprocess

INHERITED = "fd://0"  # as gunicorn is told of a socket that is its standard input
WAITING_CONNECTIONS = 2048  # as many as gunicorn itself would ask for


def listen(host: str, port: int) -> socket.socket:
    """Inherited by what this process becomes. Raises ClickException where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
    try:
        listener = socket.create_server((host, port), family=family, backlog=WAITING_CONNECTIONS, dualstack_ipv6=both)
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(
            f"cannot listen on {host}:{port}: {reason}. Another port: resit up --port {port + 1}"
        ) from None
    listener.set_inheritable(True)
    return listener


class Listener:
    """The socket in the supervisor, by its file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        os.set_inheritable(descriptor, False)

    def lend(self, options: ServerOptions) -> None:
        """Have every program that is told of it find it as its standard input, and no other at all."""
        for config in (program for group in options.process_group_configs for program in group.process_configs):
            if INHERITED in config.command:
                config.make_process = partial(self._make_process, config)

    def close(self) -> None:
        """Whoever calls from now on hears at once that nobody is there."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def _make_process(self, config: ProcessConfig, group: Any = None) -> Subprocess:
        process = Answering(config, self.descriptor)
        process.group = group
        return process


class Answering(Subprocess):  # type: ignore[misc]  # supervisor ships no types
    def __init__(self, config: ProcessConfig, descriptor: int) -> None:
        super().__init__(config)
        self._listener = descriptor

    def _prepare_child_fds(self) -> None:
        """In the child, which has no other use for its standard input."""
        self.pipes["child_stdin"] = self._listener
        super()._prepare_child_fds()
