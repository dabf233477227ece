"""nginx with a site of ours, where it is installed."""

import os
import shutil
import socket
import subprocess

from tests.servers.gunicorn import free_port
from tests.servers.processes import start, stop, wait_for

PATHS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def program():
    """Its path, or None."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")


class Nginx:
    """Serves a site of `conf.d` on a port of its own, with files in its folder alone."""

    def __init__(self, folder, site):
        self.folder, self.port, self.process = folder, free_port(), None
        self.log, self._config = folder / "nginx.log", folder / "nginx.conf"
        (folder / "site.conf").write_text(site.replace("listen 80;", f"listen 127.0.0.1:{self.port};"))
        owner = "user root;" if os.getuid() == 0 else ""
        places = "".join(f"{name}_temp_path {folder}/{name}; " for name in PATHS)
        http = f"http {{ access_log off; {places}include {folder}/site.conf; }}"
        main = f"daemon off; {owner} worker_processes 1; pid {folder}/pid; error_log {self.log} notice;"
        self._config.write_text(f"{main}\nevents {{}}\n{http}\n")

    def start(self):
        checked = subprocess.run([*self._command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        self.process = start(self._command, self.folder / "nginx.out")
        wait_for(self.answers, "nginx")
        return self

    def answers(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            return True
        except OSError:
            return False

    def stop(self):
        stop(self.process)

    @property
    def _command(self):
        return [program(), "-e", self.log, "-p", self.folder, "-c", self._config]
