import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand, writeKernelFile } from '../../src/execution/write.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'undoom-write-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file that is not the kernel’s is not written', async () => {
  const path = join(folder, 'memory.max');
  writeFileSync(path, 'as it was');
  await expect(writeKernelFile(path, '1')).rejects.toMatchObject({ code: 'guard.path' });
  expect(readFileSync(path, 'utf8')).toBe('as it was');
});

test('a link is not followed, neither at the end nor on the way', async () => {
  symlinkSync('/proc/self', join(folder, 'link'));
  symlinkSync('/proc/self/comm', join(folder, 'file'));
  const before = readFileSync('/proc/self/comm', 'utf8');
  await expect(writeKernelFile(join(folder, 'file'), 'x')).rejects.toMatchObject({
    code: 'failed.write',
    message: expect.stringContaining('link'),
  });
  await expect(writeKernelFile(join(folder, 'link', 'comm'), 'x')).rejects.toMatchObject({ code: 'guard.path' });
  expect(readFileSync('/proc/self/comm', 'utf8')).toBe(before);
});

test('a file of the kernel is written, by a child where it may stall', async () => {
  const path = `/proc/${process.pid}/comm`;
  const before = readFileSync(path, 'utf8').trim();
  await writeKernelFile(path, 'undoom-test');
  expect(readFileSync(path, 'utf8')).toBe('undoom-test\n');
  await writeKernelFile(path, before);
  // another thread group may not: what the child is told comes back as a sentence
  await expect(writeKernelFile(path, before, 5)).rejects.toMatchObject({ code: 'failed.write' });
});

test('the kernel’s no comes back in words', async () => {
  await expect(writeKernelFile('/proc/self/oom_score_adj', '5000')).rejects.toMatchObject({
    code: 'guard.path',
  });
  await expect(writeKernelFile(`/proc/${process.pid}/oom_score_adj`, '5000')).rejects.toMatchObject({
    code: 'failed.write',
    message: expect.stringContaining('EINVAL'),
  });
  await expect(writeKernelFile('/sys/nowhere', '1')).rejects.toMatchObject({
    code: 'failed.write',
    message: expect.stringContaining('gone'),
  });
});

test('a command has no shell and a clean environment', async () => {
  process.env.UNDOOM_TEST_LEAK = '1';
  await runCommand(['/usr/bin/test', '$(echo 1)', '=', '$(echo 1)'], 5);
  await expect(runCommand(['/usr/bin/env', 'sh', '-c', 'test -n "$UNDOOM_TEST_LEAK"'], 5)).rejects.toMatchObject({
    code: 'failed.command',
  });
  await expect(runCommand(['/usr/bin/sleep', '5'], 0.2)).rejects.toMatchObject({ code: 'failed.command' });
});
