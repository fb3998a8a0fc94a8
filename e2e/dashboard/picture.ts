import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { crc32, deflateSync, inflateSync } from "node:zlib";

/**
 * Writes a screenshot as a small PNG: of 256 colours instead of 16 million, which flat pages need no more of. As the PNG
 * specification (W3C, third edition) has it.
 */

/** A page with pictures that are larger loads slowly. */
const MOST_BYTES = 80_000;
const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const COLOURS = 256;
/** So many of the palette are the colours of areas; the others see to it that no hue is missing. */
const OF_AREAS = 96;

/** @param png as Chromium makes it: 8 bits a channel, with or without alpha, not interlaced */
export function writePicture(path: string, png: Buffer): void {
  const { width, height, pixels } = decoded(png);
  const small = encoded(width, height, pixels);
  if (small.length > MOST_BYTES)
    throw new Error(`${path} would have ${small.length} bytes, of ${MOST_BYTES}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, small);
}

interface Image {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel. */
  readonly pixels: Uint8Array;
}

function decoded(png: Buffer): Image {
  let header: Buffer = Buffer.alloc(0);
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const kind = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (kind === "IHDR") header = body;
    if (kind === "IDAT") data.push(body);
    at += length + 12;
  }
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const channels = header[9] === 6 ? 4 : 3;
  return { width, height, pixels: unfiltered(inflateSync(Buffer.concat(data)), width, height, channels) };
}

/** Undoes the filter of each line (section 9). */
function unfiltered(raw: Buffer, width: number, height: number, channels: number): Uint8Array {
  const stride = width * channels;
  const lines = new Uint8Array(stride * height);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (lines[at - channels] ?? 0);
      const up = y === 0 ? 0 : (lines[at - stride] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (lines[at - stride - channels] ?? 0);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      lines[at] = (raw[y * (stride + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let part = 0; part < 3; part++) pixels[pixel * 3 + part] = lines[pixel * channels + part] ?? 0;
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const byLeft = Math.abs(guess - left);
  const byUp = Math.abs(guess - up);
  const byCorner = Math.abs(guess - corner);
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

/** With a palette; what is not in it becomes the nearest of it. */
function encoded(width: number, height: number, pixels: Uint8Array): Buffer {
  const count = new Map<number, number>();
  const colourAt = (pixel: number): number =>
    ((pixels[pixel * 3] ?? 0) << 16) | ((pixels[pixel * 3 + 1] ?? 0) << 8) | (pixels[pixel * 3 + 2] ?? 0);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = colourAt(pixel);
    count.set(colour, (count.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf(count);
  const indexOf = new Map([...count.keys()].map((colour) => [colour, nearest(palette, colour)]));
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      lines[y * (width + 1) + 1 + x] = indexOf.get(colourAt(y * width + x)) ?? 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, each an index into the palette.
  header[8] = 8;
  header[9] = 3;
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The colours that are there the most often, then the most frequent of each sixteenth of red, green and blue. */
function paletteOf(count: ReadonlyMap<number, number>): readonly number[] {
  const byCount = [...count].toSorted((one, other) => other[1] - one[1]).map(([colour]) => colour);
  const palette = new Set(byCount.slice(0, OF_AREAS));
  const hueOf = (colour: number): number => colour & 0xf0f0f0;
  const hues = new Set([...palette].map(hueOf));
  for (const colour of byCount) {
    if (palette.size === COLOURS) break;
    if (hues.has(hueOf(colour))) continue;
    hues.add(hueOf(colour));
    palette.add(colour);
  }
  return [...palette];
}

function nearest(palette: readonly number[], colour: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, candidate] of palette.entries()) {
    const red = (candidate >> 16) - (colour >> 16);
    const green = ((candidate >> 8) & 255) - ((colour >> 8) & 255);
    const blue = (candidate & 255) - (colour & 255);
    const distance = red * red + green * green + blue * blue;
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

function chunk(kind: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), body]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(body.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
