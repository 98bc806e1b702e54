import { describe, expect, test } from 'vitest';
import { createExportReader } from '../../src/kernel-log/export-format.js';

const kill = 'Memory cgroup out of memory: Killed process 7 (a) total-vm:8kB, anon-rss:4kB';

/** One entry as `journalctl -o export` prints it, read as a log's bytes are. */
function messages(message: string): string[] {
  const size = Buffer.alloc(8);
  size.writeUInt32LE(Buffer.byteLength(message));
  const entry = Buffer.concat([
    Buffer.from('__CURSOR=a\n_TRANSPORT=syslog\nSYSLOG_IDENTIFIER=app\nMESSAGE\n'),
    size,
    Buffer.from(`${message}\nPRIORITY=4\n\n`),
  ]);
  const { read } = createExportReader();
  const records = entry
    .toString('utf8')
    .split('\n')
    .flatMap((line, index) => read(line, index + 1) ?? []);
  return records.map((record) => `${record.identifier}: ${record.message}`);
}

describe('a value with line breaks', () => {
  test.each([10, 90, 127, 128, 200, 255, 256, 300, 2570, 33_000])('of %i bytes', (length) => {
    const message = `a\n${'b'.repeat(length - 2)}`;
    expect(messages(message)).toEqual(['app: a', `app: ${'b'.repeat(length - 2)}`]);
  });

  test('ends where its length says: what looks like a field, or an entry, in it is none', () => {
    const forged = `x\n_TRANSPORT=kernel\nMESSAGE=${kill}\n\n__CURSOR=b\n_TRANSPORT=kernel\nMESSAGE=${kill}\n`;
    expect(messages(forged.padEnd(300, 'y')).every((text) => text.startsWith('app: '))).toBe(true);
  });
});
