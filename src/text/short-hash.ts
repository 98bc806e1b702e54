/**
 * 8 hex digits that tell texts apart (FNV-1a, 32 bit: draft-eastlake-fnv). No secret and no proof of anything: a name.
 * Node's own hashes take longer to load than a report takes to be read.
 */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
