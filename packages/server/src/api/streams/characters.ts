/**
 * How many bytes of UTF-8 end with a whole character. Bytes that are no UTF-8 count as characters of their own: they
 * are never waited for.
 */
export function completeCharacters(data: Uint8Array): number {
  const end = data.length;
  for (let back = 1; back <= Math.min(3, end); back++) {
    const byte = data[end - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const wanted =
      byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? (byte < 0xf0 ? 3 : 1) : byte >= 0xc0 ? 2 : 1;
    return wanted > back ? end - back : end;
  }
  return end;
}
