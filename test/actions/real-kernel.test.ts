import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { Change } from '../../src/actions/action.js';
import { cgroupCpusetMems } from '../../src/actions/cgroup-cpuset-mems.js';
import { cgroupMemoryLimit } from '../../src/actions/cgroup-memory-limit.js';
import { memoryCompact } from '../../src/actions/memory-compact.js';
import { liveFiles, openHost } from '../../src/host/index.js';
import { describeWith, isRoot } from '../kernel/machine.js';
import { MiB } from './hosts.js';

const name = `undoom-test-actions-${process.pid}`;
const made: string[] = [];

function makeCgroup(path: string): string {
  mkdirSync(path);
  made.push(path);
  return path;
}

afterEach(() => {
  for (const path of made.splice(0).reverse()) rmdirSync(path);
});

const host = () => openHost(liveFiles());
const read = (path: string) => readFileSync(path, 'utf8');
const mountOf = (controller: 'memory' | 'cpuset') =>
  controller === 'memory' ? host().cgroups.memoryMount : host().cgroups.cpusetMount;

function write(changes: Change[]): void {
  for (const { path, after } of changes) writeFileSync(path, after);
}

function takeBack(changes: Change[]): void {
  for (const { path, undo } of [...changes].reverse()) if (undo !== null) writeFileSync(path, undo);
}

describeWith({ root: isRoot, 'a memory controller': mountOf('memory') }, 'cgroup.memory.limit', () => {
  const { mountPoint = '', version = 2 } = mountOf('memory') ?? {};

  test('raised, read back, unchanged, taken back to the byte', () => {
    const folder = makeCgroup(`${mountPoint}/${name}`);
    const limitFile = `${folder}/${version === 1 ? 'memory.limit_in_bytes' : 'memory.max'}`;
    const swapFile = `${folder}/memory.memsw.limit_in_bytes`;
    const hasSwapLimit = version === 1 && existsSync(swapFile);
    writeFileSync(limitFile, String(60 * MiB));
    if (hasSwapLimit) writeFileSync(swapFile, String(70 * MiB));

    const args = { cgroup: `/${name}`, limit: 160 * MiB };
    const { changes, guards } = cgroupMemoryLimit.plan(args, host());
    const before = changes.map(({ path }) => read(path));
    expect(guards.filter(({ ok }) => !ok)).toEqual([]);
    expect(changes).toHaveLength(hasSwapLimit ? 2 : 1);
    write(changes);
    expect(read(limitFile)).toBe(`${160 * MiB}\n`);
    if (hasSwapLimit) expect(read(swapFile)).toBe(`${170 * MiB}\n`);
    expect(cgroupMemoryLimit.verify(args, host(), {}).ok).toBe(true);
    expect(cgroupMemoryLimit.plan(args, host()).changes).toEqual([]);

    expect(cgroupMemoryLimit.guardUndo!(changes, host()).filter(({ ok }) => !ok)).toEqual([]);
    takeBack(changes);
    expect(changes.map(({ path }) => read(path))).toEqual(before);
  });

  test('no limit any more, and limited again', () => {
    const folder = makeCgroup(`${mountPoint}/${name}`);
    const limitFile = `${folder}/${version === 1 ? 'memory.limit_in_bytes' : 'memory.max'}`;
    const unlimited = read(limitFile);
    const limited = cgroupMemoryLimit.plan({ cgroup: `/${name}`, limit: 60 * MiB }, host()).changes;
    write(limited);
    expect(read(limitFile)).toBe(`${60 * MiB}\n`);
    const lifted = cgroupMemoryLimit.plan({ cgroup: `/${name}`, limit: 'max' }, host()).changes;
    write(lifted);
    expect(read(limitFile)).toBe(unlimited);
    takeBack(lifted);
    expect(read(limitFile)).toBe(`${60 * MiB}\n`);
    takeBack(limited);
    expect(read(limitFile)).toBe(unlimited);
  });
});

describeWith(
  { root: isRoot, 'a cpuset controller on v1': mountOf('cpuset')?.version === 1 },
  'cgroup.cpuset.mems',
  () => {
    const { mountPoint = '' } = mountOf('cpuset') ?? {};

    test('an empty set and its parent’s are widened, the parent’s first, and taken back', () => {
      makeCgroup(`${mountPoint}/${name}`);
      const child = makeCgroup(`${mountPoint}/${name}/child`);
      const nodes = read(`${mountPoint}/cpuset.mems`).trim();
      const args = { cgroup: `/${name}/child`, nodes };
      const { changes, guards } = cgroupCpusetMems.plan(args, host());
      expect(guards.filter(({ ok }) => !ok)).toEqual([]);
      expect(changes).toHaveLength(2);
      const before = changes.map(({ path }) => read(path));
      write(changes);
      expect(read(`${child}/cpuset.mems`).trim()).toBe(nodes);
      expect(cgroupCpusetMems.verify(args, host(), {}).ok).toBe(true);
      expect(cgroupCpusetMems.plan(args, host()).changes).toEqual([]);
      expect(cgroupCpusetMems.guardUndo!(changes.slice(-1), host()).filter(({ ok }) => !ok)).toEqual([]);
      takeBack(changes);
      expect(changes.map(({ path }) => read(path))).toEqual(before);
    });
  },
);

describeWith({ root: isRoot }, 'memory.compact', () => {
  test('the node’s own file takes what is planned', () => {
    const node = host().memoryNodes[0]!;
    const before = memoryCompact.observe!({ node }, host());
    const { changes } = memoryCompact.plan({ node }, host());
    write(changes);
    const { ok, text } = memoryCompact.verify({ node }, host(), before);
    expect(ok).toBe(true);
    expect(text).toMatch(new RegExp(`^free blocks to be had on node ${node}, by order: 1: \\d+ → \\d+, `));
  });
});
