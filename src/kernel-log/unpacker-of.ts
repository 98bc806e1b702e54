/** Compressed files that Node itself cannot read: a program that most hosts have does, told by the file's first bytes. */
const programs: { program: string; magic: number[] }[] = [
  { program: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { program: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { program: 'lz4', magic: [0x04, 0x22, 0x4d, 0x18] },
  { program: 'lzop', magic: [0x89, 0x4c, 0x5a, 0x4f] },
];

export function unpackerOf(first: Buffer): string | null {
  return programs.find(({ magic }) => first.subarray(0, magic.length).equals(Buffer.from(magic)))?.program ?? null;
}
