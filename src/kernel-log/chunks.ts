import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/** A file's bytes, decompressed where its first bytes say that it is compressed. `-` is standard input. */
export async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  const input: Readable = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1 << 18 });
  const source = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await beginning(source);
  const unpack = unpackerFor(first);
  if (!unpack) {
    yield first;
    yield* remaining(source);
    return;
  }
  input.once('error', (error) => unpack.destroy(error));
  unpack.write(first);
  void feed(source, unpack);
  for await (const chunk of unpack) yield chunk as Buffer;
}

/** Enough to tell what it is: a pipe may give a byte at a time. */
async function beginning(source: AsyncIterator<Buffer>): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0);
  while (first.length < 8) {
    const { value, done } = await source.next();
    if (done) break;
    first = Buffer.concat([first, Buffer.from(value)]);
  }
  return first;
}

async function* remaining(source: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (let next = await source.next(); !next.done; next = await source.next()) yield Buffer.from(next.value);
}

type Unpacker = ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>;

function unpackerFor(first: Buffer): Unpacker | null {
  if (first[0] === 0x1f && first[1] === 0x8b) return createGunzip();
  if (first.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))) return createZstdDecompress();
  return null;
}

async function feed(source: AsyncIterator<Buffer>, unpack: Unpacker): Promise<void> {
  try {
    for await (const chunk of remaining(source)) {
      if (unpack.destroyed) return;
      if (!unpack.write(chunk)) await new Promise((resolve) => unpack.once('drain', resolve).once('close', resolve));
    }
    unpack.end();
  } catch (error) {
    unpack.destroy(error as Error);
  }
}
