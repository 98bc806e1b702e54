import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { compiledBuiltIns } from '../../src/playbook/built-ins.js';
import { compileBuiltIns } from '../../src/playbook/compile-built-ins.js';
import { builtIns } from '../../src/playbook/load.js';
import { isTemplate } from '../../src/playbook/template.js';

const folder = join(packageRoot(), 'playbooks');
const files = readdirSync(folder).sort();

test('all are there', () => {
  expect(builtIns().map(({ name }) => name)).toEqual([
    'add-swap',
    'allow-cgroup-swap',
    'change-memory-policy',
    'compact-memory',
    'contain-cgroup',
    'end-tasks',
    'find-unaccounted-memory',
    'larger-host',
    'limit-locked-memory',
    'prevent-fragmentation',
    'protect-service',
    'raise-cgroup-limit',
    'raise-parent-cgroup-limit',
    'reduce-page-tables',
    'reduce-slab',
    'reexec-systemd',
    'release-huge-pages',
    'shrink-shared-memory',
    'tune-transparent-huge-pages',
    'unshield-task',
    'widen-memory-nodes',
  ]);
});

describe.each(files)('%s', (file) => {
  const playbook = builtIns().find(({ name }) => `${name}.yaml` === file);

  test('is a template of its file’s name, for a cause, without hours and hosts', () => {
    expect(playbook).toBeDefined();
    expect(isTemplate(playbook!)).toBe(true);
    expect(playbook!.for.length).toBeGreaterThan(0);
    expect([playbook!.windows, playbook!.hosts, playbook!.reusable]).toEqual([[], null, false]);
  });

  test('says first what it does and when it is wrong', () => {
    const comment = readFileSync(join(folder, file), 'utf8').split('undoom: 1')[0]!;
    expect(comment).toMatch(/^# [A-Z]/);
    expect(comment).toMatch(/Wrong /);
  });
});

test('what the build made of them is what the files say', () => {
  expect(compiledBuiltIns()).toEqual(compileBuiltIns());
});
