/**
 * A number in [0, 1) that depends on the seed and the keys alone: the same arguments give the same number on every
 * machine and in every version. Used for jitter, so that a replayed run waits exactly as long as it did.
 *
 * The hash is MurmurHash3 x86 32 (Austin Appleby, public domain) over the parts' UTF-16 code units, one unit a block,
 * each part led by a block that holds its type and its length, so that ("ab", "c") and ("a", "bc"), and 1 and "1",
 * differ. Its finaliser flips each output bit with probability one half when any input bit flips. 32 bits: good for
 * jitter and sampling, not for secrets.
 */
export function randomFrom(seed: string | number, ...keys: readonly (string | number)[]): number {
  let hash = 0;
  let blocks = 0;
  for (const part of [seed, ...keys]) {
    const text = String(part);
    const tag = typeof part === "number" ? 0x4e00_0000 : 0x5300_0000;
    hash = mixBlock(hash, tag ^ text.length);
    for (let index = 0; index < text.length; index++) hash = mixBlock(hash, text.charCodeAt(index));
    blocks += text.length + 1;
  }
  return finalise(hash ^ (blocks * 4)) / 0x1_0000_0000;
}

function mixBlock(hash: number, block: number): number {
  let mixed = Math.imul(block, 0xcc9e_2d51);
  mixed = (mixed << 15) | (mixed >>> 17);
  mixed = hash ^ Math.imul(mixed, 0x1b87_3593);
  mixed = (mixed << 13) | (mixed >>> 19);
  return (Math.imul(mixed, 5) + 0xe654_6b64) | 0;
}

function finalise(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
