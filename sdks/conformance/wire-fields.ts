/** Protobuf without a definition: every field that is on the wire, whatever it means. */

export interface WireField {
  readonly number: number;
  /** A number as text, since it may have 64 bits; or the bytes. */
  readonly value: string | Buffer;
}

/** The fields of a message, in the order in which they were written. Throws when it is no message. */
export function fieldsOf(bytes: Buffer): readonly WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63n) throw new Error(`no message: ${bytes.toString("hex")}`);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error(`no message: ${bytes.toString("hex")}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const number = tag >>> 3;
    if (wire === 0) fields.push({ number, value: String(varint()) });
    else if (wire === 2) fields.push({ number, value: take(Number(varint())) });
    else if (wire === 1 || wire === 5) fields.push({ number, value: take(wire === 1 ? 8 : 4) });
    else throw new Error(`no message: ${bytes.toString("hex")}`);
  }
  return fields;
}

/** The shape of a message of `proto.Plugin`: names of its fields, and of those of the messages within. */
export interface Shape {
  readonly [number: number]: { readonly name: string; readonly as: "number" | "numbers" | "text" | Shape };
}

/**
 * What is on the wire, field by field, as people read it. A field that the shape does not have keeps its number as its
 * name, and one that stands there twice is there twice.
 */
export function readable(bytes: Buffer, shape: Shape): readonly unknown[] {
  return fieldsOf(bytes).map(({ number, value }) => {
    const field = shape[number];
    if (field === undefined) return [`unknown field ${number}`, value];
    if (typeof value === "string") return [field.name, Number(value)];
    if (field.as === "numbers") return [field.name, packed(value)];
    return [field.name, typeof field.as === "object" ? readable(value, field.as) : value.toString("utf8")];
  });
}

/** Numbers in one field, as proto3 writes them. */
function packed(bytes: Buffer): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  let factor = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * factor;
    factor *= 0x80;
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0;
    factor = 1;
  }
  return numbers;
}

/** A field of bytes, or of a text or a message as its bytes. */
export function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
}

/** A number as it stands on the wire. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
