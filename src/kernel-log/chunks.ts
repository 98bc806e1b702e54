import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Gunzip, ZstdDecompress } from 'node:zlib';

const chunkSize = 1 << 18;

/** Told how many bytes of the input were read so far. */
export type OnRead = (bytes: number) => void;

/** A stream's bytes, decompressed where its first bytes say that it is compressed. `-` is standard input. */
export async function* chunksOf(path: string, onRead: OnRead): AsyncGenerator<Buffer> {
  const input: Readable = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: chunkSize });
  const source = counted(input[Symbol.asyncIterator]() as AsyncIterator<Buffer>, onRead);
  const first = await beginning(source);
  const unpack = await unpackerFor(first);
  if (!unpack) {
    yield first;
    yield* source;
    return;
  }
  input.once('error', (error) => unpack.destroy(error));
  unpack.write(first);
  void feed(source, unpack);
  for await (const chunk of unpack) yield chunk as Buffer;
}

async function* counted(source: AsyncIterator<Buffer>, onRead: OnRead): AsyncGenerator<Buffer> {
  let bytes = 0;
  for (let next = await source.next(); !next.done; next = await source.next()) {
    bytes += next.value.length;
    onRead(bytes);
    yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length);
  }
}

/** Enough to tell what it is: a pipe may give a byte at a time. */
async function beginning(source: AsyncIterator<Buffer>): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0);
  while (first.length < 8) {
    const { value, done } = await source.next();
    if (done) break;
    first = Buffer.concat([first, value]);
  }
  return first;
}

type Unpacker = Gunzip | ZstdDecompress;

export function isCompressed(first: Buffer): boolean {
  return isGzip(first) || isZstd(first);
}

async function unpackerFor(first: Buffer): Promise<Unpacker | null> {
  if (!isCompressed(first)) return null;
  const { createGunzip, createZstdDecompress } = await import('node:zlib');
  return isGzip(first) ? createGunzip({ chunkSize }) : createZstdDecompress({ chunkSize });
}

const isGzip = (first: Buffer) => first[0] === 0x1f && first[1] === 0x8b;
const isZstd = (first: Buffer) => first.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));

async function feed(source: AsyncGenerator<Buffer>, unpack: Unpacker): Promise<void> {
  try {
    for await (const chunk of source) {
      if (unpack.destroyed) return;
      if (!unpack.write(chunk)) await new Promise((resolve) => unpack.once('drain', resolve).once('close', resolve));
    }
    unpack.end();
  } catch (error) {
    unpack.destroy(error as Error);
  }
}
