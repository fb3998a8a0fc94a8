/**
 * The id of a job: FNV-1a, 32 bits, of its title's UTF-8 bytes. The same in Gaia's SDKs of all languages.
 * @param {string} title
 */
export function titleHash(title) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(title)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
