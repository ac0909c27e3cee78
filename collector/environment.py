"""Settings read from the environment, with words for a person when one of them is wrong."""

from collections.abc import Callable
from typing import TypeVar

import typer
from pydantic import ValidationError

WRONG_USE = 2
_Settings = TypeVar("_Settings")


def from_environment(settings: Callable[[], _Settings]) -> _Settings:
    """The settings of this kind; ends the command, naming each wrong variable, when one is wrong.

    What a variable holds is not repeated: it may be a password. Raises typer.Exit with code 2.
    """
    try:
        return settings()
    except ValidationError as error:
        prefix = str(getattr(settings, "model_config", {}).get("env_prefix", "SULUH_"))
        for found in error.errors(include_input=False, include_url=False):
            name = prefix + "_".join(map(str, found["loc"])).upper()
            typer.echo(f"The environment variable {name} is wrong: {found['msg']}.", err=True)
        typer.echo("The README lists them under Settings.", err=True)
        raise typer.Exit(WRONG_USE) from None
