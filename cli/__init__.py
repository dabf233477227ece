"""The `resit` command: each module in here is a command, found by being there, whose function bears the module's name.

Modules that begin with an underscore hold what commands share.
"""

from __future__ import annotations

from importlib import import_module
from keyword import iskeyword
from pkgutil import iter_modules
from typing import Any

import click

from bank.errors import BankError
from cli._families import include_families

SHOW_FAULTS = ("preview",)  # of a family's file, and wait until it is saved again


class Commands(click.Group):
    """A module is imported when its command is called; what the bank refuses ends in one line, not in a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        modules = (module.name for module in iter_modules(__path__))
        return sorted(name.replace("_", "-") for name in modules if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        function = f"{name}_" if iskeyword(name) else name
        command: click.Command = getattr(import_module(f"{__name__}.{name}"), function)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        include_families(faults_are_shown=name in SHOW_FAULTS)
        return name, command, rest

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BankError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="resit", message="%(package)s %(version)s")
def main() -> None:
    """A question bank whose answer keys are proven, not typed.

    \b
    resit up                                start the service on this machine
    resit verify optimal_rate --seeds 200   solve questions twice and compare
    resit stress optimal_rate --seeds 500   what its draws look like
    resit new linear_layer/parameters       begin a family
    resit preview parameters                look at it while it is written
    resit contract mycourse.families        what every family promises
    resit keys create --scope lms --name moodle
    resit regenerate dl1_resit_2022 --count 50 --wait
    """
