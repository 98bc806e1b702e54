import { spawn } from 'node:child_process';
import { UndoomError } from '../errors.js';

/** The bytes as the program gives them back. Its arguments are fixed: the file's name is not among them. */
export async function* unpacked(chunks: AsyncIterable<Buffer>, program: string, name: string): AsyncGenerator<Buffer> {
  const child = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'ignore'] });
  let missing = false;
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', resolve).once('error', () => {
      missing = true;
      resolve(null);
    });
  });
  child.stdin.on('error', () => undefined);
  const fed = feed(chunks, child.stdin);
  for await (const chunk of child.stdout) yield chunk as Buffer;
  await fed;
  const code = await exit;
  if (missing) {
    throw new UndoomError('call.log', `${name} is compressed with ${program}, which is not on this host`, {
      hint: `Install ${program}, or unpack it elsewhere: ${program} -dc FILE > kern.log`,
    });
  }
  if (code !== 0) throw new Error(`${program} could not unpack all of it`);
}

async function feed(chunks: AsyncIterable<Buffer>, input: NodeJS.WritableStream): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (!input.writable) return;
      if (!input.write(chunk)) {
        await new Promise((resolve) => input.once('drain', resolve).once('close', resolve).once('error', resolve));
      }
    }
  } finally {
    input.end();
  }
}
