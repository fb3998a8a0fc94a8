/**
 * Protobuf for messages that are described as tables of fields. A program is then tied to no version of protobuf, and
 * starts in half the time that it takes to load one.
 *
 * Reading gives every field: what was not sent has its default, a message that was not sent is null. Writing leaves
 * defaults out. Fields that a table does not have are passed over.
 */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/**
 * How a value is written behind its tag, and read.
 * @typedef {object} Kind
 * @property {number} wire
 * @property {unknown} none its default
 * @property {(writer: Writer, value: any) => void} write
 * @property {(reader: Reader) => unknown} read
 */

/**
 * @typedef {object} Field
 * @property {number} number
 * @property {Kind} kind of a map: that of its entries
 * @property {"single" | "repeated" | "map"} form
 * @property {() => unknown} [unsent] of a map: the value of an entry that was sent without one
 */

export class Writer {
  /** @type {Buffer} */
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  /** @param {number} more */
  #reserve(more) {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  /** @param {number} value whole, from 0 to 2^53 */
  varint(value) {
    this.#reserve(10);
    while (value >= 0x80) {
      this.#bytes[this.#length++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    this.#bytes[this.#length++] = value;
  }

  /** @param {Uint8Array} bytes */
  bytes(bytes) {
    this.varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  finish() {
    return this.#bytes.subarray(0, this.#length);
  }
}

export class Reader {
  #bytes;
  #at = 0;

  /** @param {Buffer} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  get done() {
    return this.#at >= this.#bytes.length;
  }

  /** Past 2^53 the last bits are lost. */
  varint() {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      if (this.done || factor > 2 ** 63) throw new Error("the message is malformed: a number does not end");
      const byte = this.#bytes[this.#at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  bytes() {
    const length = this.varint();
    this.#skip(length);
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** @param {number} wire */
  pass(wire) {
    if (wire === VARINT) this.varint();
    else if (wire === LENGTH) this.bytes();
    else if (wire === FIXED64) this.#skip(8);
    else if (wire === FIXED32) this.#skip(4);
    else throw new Error(`the message is malformed: there is no wire type ${wire}`);
  }

  /** @param {number} length */
  #skip(length) {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error("the message is malformed: it is cut off");
  }
}

/** @type {Kind} */
export const uint = {
  wire: VARINT,
  none: 0,
  write: (writer, value) => writer.varint(value),
  read: (reader) => reader.varint(),
};

/** @type {Kind} */
export const bool = {
  wire: VARINT,
  none: false,
  write: (writer, value) => writer.varint(value ? 1 : 0),
  read: (reader) => reader.varint() !== 0,
};

/** @type {Kind} */
export const string = {
  wire: LENGTH,
  none: "",
  write: (writer, value) => writer.bytes(Buffer.from(value)),
  read: (reader) => reader.bytes().toString("utf8"),
};

/**
 * @param {number} number
 * @param {Kind} kind
 * @returns {Field}
 */
export const field = (number, kind) => ({ number, kind, form: "single" });

/**
 * @param {number} number
 * @param {Kind} kind
 * @returns {Field}
 */
export const repeated = (number, kind) => ({ number, kind, form: "repeated" });

/**
 * A map with texts as keys.
 * @param {number} number
 * @param {Kind} kind
 * @returns {Field}
 */
export const map = (number, kind) => ({
  number,
  kind: message({ key: field(1, string), value: field(2, kind) }),
  form: "map",
  unsent: () => (kind instanceof Message ? kind.decode(Buffer.alloc(0)) : kind.none),
});

/** A message. It is the kind of a field, too. */
export class Message {
  wire = LENGTH;
  none = null;
  #fields;
  /** @type {ReadonlyMap<number, readonly [string, Field]>} */
  #byNumber;

  /** @param {Readonly<Record<string, Field>>} fields */
  constructor(fields) {
    this.#fields = Object.entries(fields);
    this.#byNumber = new Map(this.#fields.map(([name, field]) => [field.number, [name, field]]));
  }

  /**
   * @param {Readonly<Record<string, any>>} value
   * @returns {Buffer}
   */
  encode(value) {
    const writer = new Writer();
    for (const [name, field] of this.#fields)
      if (value[name] !== undefined) writeField(writer, field, value[name]);
    return writer.finish();
  }

  /**
   * @param {Buffer} bytes
   * @returns {any}
   */
  decode(bytes) {
    /** @type {Record<string, any>} */
    const value = {};
    for (const [name, { kind, form }] of this.#fields)
      value[name] = form === "single" ? kind.none : form === "map" ? {} : [];
    const reader = new Reader(bytes);
    while (!reader.done) {
      const tag = reader.varint();
      const found = this.#byNumber.get(Math.floor(tag / 8));
      if (found === undefined) reader.pass(tag % 8);
      else readField(reader, found[1], tag % 8, value, found[0]);
    }
    return value;
  }

  /**
   * @param {Writer} writer
   * @param {any} value
   */
  write(writer, value) {
    writer.bytes(this.encode(value));
  }

  /** @param {Reader} reader */
  read(reader) {
    return this.decode(reader.bytes());
  }
}

/** @param {Readonly<Record<string, Field>>} fields */
export const message = (fields) => new Message(fields);

/**
 * @param {Writer} writer
 * @param {Field} field
 * @param {any} value
 */
function writeField(writer, { number, kind, form }, value) {
  const tag = number * 8 + kind.wire;
  if (form === "single") {
    if (value === kind.none) return;
    writer.varint(tag);
    kind.write(writer, value);
  } else if (form === "map") {
    for (const [key, one] of Object.entries(value)) {
      writer.varint(tag);
      kind.write(writer, { key, value: one });
    }
  } else if (kind.wire === VARINT) {
    if (value.length === 0) return;
    const packed = new Writer();
    for (const one of value) kind.write(packed, one);
    writer.varint(number * 8 + LENGTH);
    writer.bytes(packed.finish());
  } else {
    for (const one of value) {
      writer.varint(tag);
      kind.write(writer, one);
    }
  }
}

/**
 * @param {Reader} reader
 * @param {Field} field
 * @param {number} wire
 * @param {Record<string, any>} value
 * @param {string} name
 */
function readField(reader, { kind, form, unsent }, wire, value, name) {
  if (form === "repeated" && kind.wire === VARINT && wire === LENGTH) {
    const packed = new Reader(reader.bytes());
    while (!packed.done) value[name].push(kind.read(packed));
  } else if (wire !== kind.wire) {
    throw new Error(`the message is malformed: \`${name}\` has the wire type ${wire}`);
  } else if (form === "single") value[name] = kind.read(reader);
  else if (form === "repeated") value[name].push(kind.read(reader));
  else {
    const entry = /** @type {{ key: string, value: unknown }} */ (kind.read(reader));
    // Also a key that objects have a meaning for, such as `__proto__`.
    const descriptor = {
      value: entry.value ?? unsent?.(),
      enumerable: true,
      configurable: true,
      writable: true,
    };
    Object.defineProperty(value[name], entry.key, descriptor);
  }
}
