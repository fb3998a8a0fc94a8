"""Arguments: how a job declares them, and the values that it is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import (
    Any,
    NamedTuple,
    overload,
)

from .errors import ArgumentError

TEXT, TEXTAREA, BOOLEAN, NUMBER, CHOICE, VAULT = "text", "textarea", "boolean", "number", "choice", "vault"

# As in JSON, and with a plus sign: int() would take `1_000` as well, and float() `nan`.
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class Argument(NamedTuple):
    """A declared argument. Made by `text`, `textarea`, `boolean`, `number`, `choice` and `vault`."""

    key: str
    type: str
    description: str = ""
    default: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()


def text(key: str, description: str = "", *, default: str = "", required: bool = False) -> Argument:
    """A line of text."""
    return Argument(key, TEXT, description, default, required)


def textarea(key: str, description: str = "", *, default: str = "", required: bool = False) -> Argument:
    """Text of several lines."""
    return Argument(key, TEXTAREA, description, default, required)


def boolean(
    key: str, description: str = "", *, default: bool | None = None, required: bool = False
) -> Argument:
    """True or false; without a default, false."""
    return Argument(key, BOOLEAN, description, text_of(default), required)


def number(
    key: str, description: str = "", *, default: float | None = None, required: bool = False
) -> Argument:
    """A whole or decimal number."""
    return Argument(key, NUMBER, description, text_of(default), required)


def choice(
    key: str, choices: Iterable[str], description: str = "", *, default: str = "", required: bool = False
) -> Argument:
    """One of several texts."""
    return Argument(key, CHOICE, description, default, required, tuple(choices))


def vault(key: str, description: str = "", *, required: bool = False) -> Argument:
    """A secret of Gaia's vault; the key is its name."""
    return Argument(key, VAULT, description, "", required)


def text_of(value: Any) -> str:
    """The text in which a value is sent as an argument. Refuses what has no such text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    raise ArgumentError(f"an argument is text, a number, a boolean or None, but not {type(value).__name__}")


def number_of(value: str) -> int | float | None:
    """The number that a text says, whole where it is written so; None when it says none."""
    stripped = value.strip()
    if not _NUMBER.fullmatch(stripped):
        return None
    return int(stripped) if stripped.lstrip("+-").isdigit() else float(stripped)


def boolean_of(value: str) -> bool | None:
    """What a text says: `true`, `false`, `1` or `0`; None when it is something else."""
    return _BOOLEANS.get(value.strip().lower())


class Item(NamedTuple):
    """One argument as it was sent."""

    key: str
    value: str


class Arguments(Sequence[Item]):
    """The arguments of a job: by key (`args["name"]`), by a getter that converts, or item by item."""

    def __init__(self, declared: Sequence[Argument] = (), given: Iterable[tuple[str, str]] = ()):
        """What is declared and not given has its default, or is the empty text."""
        values = dict(given)
        for argument in declared:
            values.setdefault(argument.key, argument.default)
        self._values = values
        self._declared = {argument.key: argument for argument in declared}
        self._items: list[Item] = [Item(key, value) for key, value in values.items()]

    @overload
    def __getitem__(self, key: str) -> str: ...
    @overload
    def __getitem__(self, key: int) -> Item: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Item]: ...

    def __getitem__(self, key: str | int | slice) -> Any:
        """The text of an argument by its key, or an item by its position."""
        if not isinstance(key, str):
            return self._items[key]
        if key in self._values:
            return self._values[key]
        raise ArgumentError(f'argument "{key}" is neither declared nor given')

    def __contains__(self, key: object) -> bool:
        return key in self._values or key in self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        # Only keys: a value may be a secret.
        return f"Arguments({', '.join(self._values)})"

    def get(self, key: str, default: str | None = None) -> str | None:
        """The text of an argument, or `default` when it is neither declared nor given."""
        return self._values.get(key, default)

    def text(self, key: str) -> str:
        """The text of an argument, the same as `args[key]`."""
        return self[key]

    def number(self, key: str, default: int | float | None = None) -> int | float:
        """A number, an `int` where it is written as one."""
        written = self._written(key)
        if written == "":
            if default is None:
                raise ArgumentError(f'argument "{key}" is not given')
            return default
        value = number_of(written)
        if value is None:
            raise ArgumentError(f'argument "{key}" is "{written}", which is no number')
        return value

    def boolean(self, key: str, default: bool = False) -> bool:
        """A boolean."""
        written = self._written(key)
        if written == "":
            return default
        value = boolean_of(written)
        if value is None:
            raise ArgumentError(f'argument "{key}" is "{written}", which is no boolean: say true or false')
        return value

    def choice(self, key: str) -> str:
        """One of the declared choices."""
        written = self._written(key)
        declared = self._declared.get(key)
        if written == "":
            raise ArgumentError(f'argument "{key}" is not given')
        if declared is not None and declared.choices and written not in declared.choices:
            raise ArgumentError(
                f'argument "{key}" is "{written}", which is none of {", ".join(declared.choices)}'
            )
        return written

    def check_required(self) -> None:
        """Refuses a required argument that is empty."""
        for argument in self._declared.values():
            if argument.required and self._values[argument.key] == "":
                raise ArgumentError(f'argument "{argument.key}" is required, and not given')

    def _written(self, key: str) -> str:
        """The text, or the default when it is empty: no number, boolean or choice is an empty text."""
        written = self[key].strip()
        if written == "" and key in self._declared:
            return self._declared[key].default
        return written


def texts_of(values: Mapping[str, Any] | None) -> Mapping[str, str]:
    """Values of several arguments as they are sent."""
    return {key: text_of(value) for key, value in (values or {}).items()}
