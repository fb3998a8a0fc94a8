/**
 * A text of at most so many bytes of UTF-8, cut between two characters.
 * @param {string} text
 * @param {number} bytes
 */
export function cutText(text, bytes) {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  // Bytes within a character begin with the bits 10.
  while ((encoded[end] & 0xc0) === 0x80) end -= 1;
  return encoded.toString("utf8", 0, end);
}
