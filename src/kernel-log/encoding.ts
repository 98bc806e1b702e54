/** A log that was redirected to a file in PowerShell, or saved by an editor, may be UTF-16: told by its mark, or by its NULs. */
export function encodingOf(first: Buffer): 'utf-16le' | 'utf-16be' | null {
  const marked = (first[0] === 0xff && first[1] === 0xfe) || (first[0] === 0xfe && first[1] === 0xff);
  const start = first.subarray(marked ? 2 : 0, 66);
  if (start.length < 16) return null;
  // a log is mostly plain letters: of each of them, one byte is zero. A mark alone may be any two bytes
  const least = (marked ? 0.25 : 0.9) * (start.length / 2);
  const zeros = (odd: number) => start.filter((byte, at) => at % 2 === odd && byte === 0).length;
  if (zeros(1) > least && zeros(0) === 0) return 'utf-16le';
  return zeros(0) > least && zeros(1) === 0 ? 'utf-16be' : null;
}

export async function* decoded(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}
