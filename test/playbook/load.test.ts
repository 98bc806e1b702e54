import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { loadPlaybook } from '../../src/playbook/load.js';
import { formatPlaybook } from '../../src/playbook/save.js';
import { playbookJsonSchema } from '../../src/playbook/schema.js';

const folder = mkdtempSync(join(tmpdir(), 'undoom-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('loading', () => {
  test('a name is the built-in', () => {
    expect(loadPlaybook('compact-memory').origin).toEqual({ kind: 'built-in', name: 'compact-memory' });
  });

  test('anything else is a file', () => {
    const path = join(folder, 'compact-memory');
    writeFileSync(path, formatPlaybook(loadPlaybook('compact-memory')));
    expect(loadPlaybook(path).origin).toEqual({ kind: 'file', name: path });
  });

  test.each([
    ['a slip of the pen', 'compact-memry', 'no such file and no such built-in'],
    ['a missing file', join(folder, 'none.yaml'), 'no such file'],
    ['a folder', folder, 'cannot be read (EISDIR)'],
    ['bytes that are no text', 'binary', 'it is not UTF-8 text'],
    ['a wrong file', 'wrong.yaml', 'wrong.yaml, line 1: '],
  ])('%s is refused', (_name, path, expected) => {
    writeFileSync(join(folder, 'binary'), Buffer.from([0x61, 0xff, 0xfe]));
    writeFileSync(join(folder, 'wrong.yaml'), 'undoom: 2\n');
    const found = path.includes('.') || path === 'binary' ? join(folder, path.replace(`${folder}/`, '')) : path;
    expect(() => loadPlaybook(found)).toThrow(expected);
  });

  test('suggests the built-in that was meant', () => {
    expect(() => loadPlaybook('compact-memry')).toThrow(
      expect.objectContaining({ hint: 'Did you mean compact-memory?' }),
    );
  });
});

test('the package root is the folder of package.json', () => {
  expect(join(packageRoot(), 'playbooks')).toBe(join(import.meta.dirname, '../../playbooks'));
});

test('the JSON Schema knows the keys of each action', () => {
  const text = JSON.stringify(playbookJsonSchema());
  expect(JSON.parse(text)).toMatchObject({ type: 'object', additionalProperties: false });
  expect(text).toContain('"const":"memory.compact"');
  expect(text).toContain('"khugepaged_max_ptes_none"');
});
