"""Encodes and decodes messages of protocol buffers (proto3), which are dictionaries here.

A description of encoding: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Union

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

Buffer = Union[bytes, memoryview]


class WireError(ValueError):
    """Bytes that are no message."""


@dataclass(frozen=True)
class Field:
    """One field. `kind` is uint, bool or text, or the message that it holds."""

    number: int
    name: str
    kind: Any
    repeated: bool = False
    is_map: bool = False


class Message:
    """A message by its fields. Dictionaries are by the names of the fields."""

    def __init__(self, *fields: Field):
        self._fields = fields
        self._by_number = {field.number: field for field in fields}

    def encode(self, values: Mapping[str, Any]) -> bytes:
        """The bytes of a message; what is missing, or has its default, is left out."""
        encoded = bytearray()
        for field in self._fields:
            value = values.get(field.name)
            if value is None:
                continue
            if field.is_map:
                for key, item in value.items():
                    _append_field(encoded, field, {"key": key, "value": item})
            elif field.repeated and field.kind == "uint":
                if value:
                    packed = bytearray()
                    for item in value:
                        _append_varint(packed, item)
                    _append_bytes(encoded, field.number, packed)
            elif field.repeated:
                for item in value:
                    _append_field(encoded, field, item)
            elif value or isinstance(field.kind, Message):
                _append_field(encoded, field, value)
        return bytes(encoded)

    def decode(self, data: Buffer) -> dict[str, Any]:
        """The message that bytes are. Every field is there; a message that was not sent is None."""
        values: dict[str, Any] = {field.name: _default(field) for field in self._fields}
        for number, wire, value in _read_fields(memoryview(data)):
            field = self._by_number.get(number)
            if field is None:
                continue
            if field.repeated and field.kind == "uint" and wire == _BYTES:
                values[field.name].extend(_read_packed(value))
            elif field.is_map:
                entry = _read_value(field, wire, value)
                values[field.name][entry["key"]] = entry["value"]
            elif field.repeated:
                values[field.name].append(_read_value(field, wire, value))
            else:
                values[field.name] = _read_value(field, wire, value)
        return values


def uint(number: int, name: str, repeated: bool = False) -> Field:
    """uint32, uint64 or an enum."""
    return Field(number, name, "uint", repeated)


def flag(number: int, name: str) -> Field:
    """A bool."""
    return Field(number, name, "bool")


def text(number: int, name: str, repeated: bool = False) -> Field:
    """A string."""
    return Field(number, name, "text", repeated)


def nested(number: int, name: str, message: Message, repeated: bool = False) -> Field:
    """A message."""
    return Field(number, name, message, repeated)


def text_map(number: int, name: str, values: Message | None = None) -> Field:
    """A map from strings to strings, or to messages."""
    value = text(2, "value") if values is None else nested(2, "value", values)
    return Field(number, name, _MapEntry(text(1, "key"), value), is_map=True)


class _MapEntry(Message):
    """An entry without its value has the value's default, which of a message is an empty one."""

    def decode(self, data: Buffer) -> dict[str, Any]:
        entry = super().decode(data)
        if entry["value"] is None:
            entry["value"] = self._by_number[2].kind.decode(b"")
        return entry


def _default(field: Field) -> Any:
    if field.is_map:
        return {}
    if field.repeated:
        return []
    return {"uint": 0, "bool": False, "text": ""}[field.kind] if isinstance(field.kind, str) else None


def _append_field(encoded: bytearray, field: Field, value: Any) -> None:
    if field.kind == "text":
        # A lone surrogate, as in the name of a file that is no UTF-8, must not cost the whole message.
        _append_bytes(encoded, field.number, value.encode("utf-8", "replace"))
    elif isinstance(field.kind, Message):
        _append_bytes(encoded, field.number, field.kind.encode(value))
    else:
        _append_varint(encoded, field.number << 3 | _VARINT)
        _append_varint(encoded, int(value))


def _append_bytes(encoded: bytearray, number: int, data: bytes | bytearray) -> None:
    _append_varint(encoded, number << 3 | _BYTES)
    _append_varint(encoded, len(data))
    encoded += data


def _append_varint(encoded: bytearray, value: int) -> None:
    if not 0 <= value < 1 << 64:
        raise WireError(f"{value} is no unsigned number of 64 bits")
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)


def _read_fields(data: memoryview) -> Iterator[tuple[int, int, Any]]:
    position = 0
    while position < len(data):
        key, position = _read_varint(data, position)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise WireError("a field has the number 0")
        value: int | memoryview
        if wire == _VARINT:
            value, position = _read_varint(data, position)
        else:
            if wire == _BYTES:
                length, position = _read_varint(data, position)
            elif wire in (_FIXED64, _FIXED32):
                length = 8 if wire == _FIXED64 else 4
            else:
                raise WireError(f"field {number} is of the unknown kind {wire}")
            if position + length > len(data):
                raise WireError("the message ends in the middle of a field")
            value, position = data[position : position + length], position + length
        yield number, wire, value


def _read_varint(data: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while shift < 70:
        if position >= len(data):
            raise WireError("the message ends in the middle of a number")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, position
        shift += 7
    raise WireError("a number is longer than ten bytes")


def _read_packed(data: memoryview) -> list[int]:
    numbers, position = [], 0
    while position < len(data):
        value, position = _read_varint(data, position)
        numbers.append(value)
    return numbers


def _read_value(field: Field, wire: int, value: Any) -> Any:
    expected = _VARINT if field.kind in ("uint", "bool") else _BYTES
    if wire != expected:
        raise WireError(f"field {field.name} is of the kind {wire} instead of {expected}")
    if field.kind == "uint":
        return value
    if field.kind == "bool":
        return value != 0
    if field.kind == "text":
        return str(value, "utf-8")
    return field.kind.decode(value)
