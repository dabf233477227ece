"""`python -m cli`: the `resit` command where it is not installed."""

from cli import main

main(prog_name="resit")
