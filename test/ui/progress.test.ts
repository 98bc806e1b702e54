import { expect, test } from 'vitest';
import { progressLine, showProgress } from '../../src/ui/progress.js';

function stream(isTTY: boolean) {
  const written: string[] = [];
  const fake = { isTTY, columns: 60, write: (text: string) => written.push(text) > 0 };
  return { written, stream: fake as unknown as NodeJS.WriteStream };
}

test('nothing is drawn within a second, then ten times a second at most, and it is wiped at the end', () => {
  const { written, stream: terminal } = stream(true);
  let at = 0;
  const progress = showProgress(terminal, () => at);
  for (; at <= 1250; at += 50) progress.read('kern.log', at * 1e6, 4e9);
  progress.end();
  expect(written).toEqual([
    '\r\u001b[KReading kern.log: 954 MiB of 3.7 GiB, 25%',
    '\r\u001b[KReading kern.log: 1 GiB of 3.7 GiB, 27%',
    '\r\u001b[KReading kern.log: 1.1 GiB of 3.7 GiB, 30%',
    '\r\u001b[K',
  ]);
});

test('nothing where it is no terminal', () => {
  const { written, stream: file } = stream(false);
  let at = 0;
  const progress = showProgress(file, () => at);
  for (; at < 5000; at += 500) progress.read('kern.log', at, null);
  progress.end();
  expect(written).toEqual([]);
});

test.each([
  ['kern.log', 2 ** 30, null, 60, 'Reading kern.log: 1 GiB'],
  ['/var/log/very/long/way/to/kern.log', 2 ** 30, 2 ** 31, 44, 'Reading .../to/kern.log: 1 GiB of 2 GiB, 50%'],
  ['a\u001b[2Jb', 1024, 1024, 60, 'Reading a\\x1b[2Jb: 1 KiB of 1 KiB, 100%'],
  ['kern.log', 1024, 512, 10, 'Reading : '],
])('%j', (name, bytes, ofBytes, width, line) => {
  expect(progressLine(name, bytes, ofBytes, width)).toBe(line);
});
