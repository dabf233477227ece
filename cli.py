"""The `resit` command."""


def main() -> None:
    """Replaced while the service is built."""
