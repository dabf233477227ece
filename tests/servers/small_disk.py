"""A file system of its own that is small enough to be filled; only root may make one."""

import contextlib
import errno
import subprocess


def mount(folder, size):
    """Whether it could be made there."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    return not subprocess.run(command, check=False, capture_output=True).returncode


def unmount(folder):
    subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def filled(folder):
    """To the last page, for a while."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as content:
        try:
            while True:
                content.write(bytes(4096))
        except OSError as full:
            assert full.errno == errno.ENOSPC
    yield
    filler.unlink()
