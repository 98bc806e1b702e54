import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/index.js';
import { mapFiles, openHost, recordedFiles, recordFiles } from '../../src/host/index.js';
import type { Report } from '../../src/kernel-log/report.js';
import type { Aftermath } from '../../src/schemas/diagnosis.js';
import { type Files, v1Files, v1Memory, v2Files, v2MemoryCgroup, v2Root } from '../actions/hosts.js';
import { atLimit } from './a-report.js';

/** btime of the host's /proc/stat */
const boot = 1_700_000_000_000;
const killedAt = 1000;
const id = '3f2a1b2c3d4e'.padEnd(64, '0');
const next = 'b'.repeat(64);
const uid = '7d9f2c1e-0a1b-4c2d-8e3f-0123456789ab';
const systemd = { '/proc/1/comm': 'systemd\n', '/run/systemd/system/x': '' };
const cart = '/system.slice/cart.service';

/** A process that was started so many seconds after the boot; its name holds what a parser would trip over. */
const started = (pid: number, seconds: number): Files => ({
  [`/proc/${pid}/stat`]: `${pid} (a) S 1 (b) S 1 1 1 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 ${seconds * 100} 1 1\n`,
});

/** A cgroup with such processes in it. */
const holds = (path: string, ...pids: number[]): Files => ({
  ...v2MemoryCgroup(path, { limit: 'max', usage: 1, anon: 1 }),
  [`${v2Root}${path}/cgroup.procs`]: pids.map((pid) => `${pid}\n`).join(''),
  [`${v2Root}${path}/cgroup.events`]: `populated ${pids.length > 0 ? 1 : 0}\nfrozen 0\n`,
});

const report = (path: string, facts: Partial<Report> = {}) =>
  atLimit({
    limitCgroup: path,
    taskCgroup: path,
    epochMs: boot + killedAt * 1000,
    source: { kind: 'journal', name: 'journal', forgeable: false },
    ...facts,
  });

const became = (path: string, files: Files, units: Record<string, string> = {}, facts: Partial<Report> = {}) =>
  diagnose({
    reports: [report(path, facts)],
    sources: [],
    host: openHost(mapFiles(v2Files(files), { units })),
    warnings: [],
  }).incidents[0]!.aftermath;

const unit = (active: string, more: Record<string, string | number> = {}) =>
  Object.entries({ LoadState: 'loaded', ActiveState: active, ...more })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
const since = (seconds: number) => new Date(boot + seconds * 1000).toISOString();

describe('a service of systemd', () => {
  test.each<[string, Files, string, Partial<Aftermath>]>([
    [
      'is back',
      { ...holds(cart, 812), ...started(812, 1005) },
      unit('active', { SubState: 'running', NRestarts: 1, MainPID: 812 }),
      {
        state: 'restarted',
        sinceTime: since(1005),
        restarts: 1,
        text: 'It is back: cart.service runs again, restarted once',
        command: null,
      },
    ],
    [
      'went on',
      { ...holds(cart, 300, 812), ...started(300, 20), ...started(812, 1005) },
      unit('active', { NRestarts: 0, MainPID: 300 }),
      { state: 'running', sinceTime: since(20), text: 'cart.service went on: only some of its processes were killed' },
    ],
    [
      'failed',
      {},
      unit('failed', { Result: 'oom-kill', NRestarts: 2, MainPID: 0 }),
      {
        state: 'stopped',
        restarts: 2,
        sinceTime: null,
        text: 'cart.service does not run: it is failed (oom-kill), restarted twice',
        command: 'sudo systemctl start cart.service',
      },
    ],
    [
      'waits for its restart',
      {},
      unit('activating', { SubState: 'auto-restart', Result: 'oom-kill', NRestarts: 7 }),
      {
        state: 'stopped',
        text: expect.stringContaining('restarted 7 times'),
        command: 'systemctl status cart.service',
      },
    ],
    [
      'was a transient one',
      {},
      unit('inactive', { LoadState: 'not-found' }),
      { state: 'gone', text: expect.stringContaining('systemd knows no such unit any more'), command: null },
    ],
    [
      'is active without a process',
      holds(cart),
      unit('active', { SubState: 'exited', MainPID: 0 }),
      { state: 'unknown' },
    ],
  ])('%s', (_name, files, shown, expected) => {
    expect(became(cart, { ...systemd, ...files }, { 'cart.service': shown })).toMatchObject(expected);
  });

  test('without an answer of systemd its cgroup tells', () => {
    const files = { ...systemd, ...holds(cart, 812), ...started(812, 1005) };
    expect(became(cart, files)).toMatchObject({ state: 'restarted', restarts: null });
    expect(became(cart, systemd)).toMatchObject({ state: 'stopped', command: 'sudo systemctl start cart.service' });
  });

  test('an escaped name stays one word for the shell', () => {
    const path = '/system.slice/my\\x2dcart.service';
    expect(became(path, systemd, { 'my\\x2dcart.service': unit('failed') })!.command).toBe(
      "sudo systemctl start 'my\\x2dcart.service'",
    );
  });

  test.each(['/system.slice/-rf.service', '/system.slice/a;reboot.service', '/system.slice/a b.service'])(
    'what is no name of a unit is asked for nowhere: %s',
    (path) => {
      const asked: string[] = [];
      const files = { ...mapFiles(v2Files(systemd)), systemdUnit: (name: string) => String(asked.push(name)) };
      const [incident] = diagnose({
        reports: [report(path)],
        sources: [],
        host: openHost(files),
        warnings: [],
      }).incidents;
      expect([asked, incident!.aftermath?.command]).toEqual([[], null]);
    },
  );

  test('a container’s own unit is not asked of the host’s systemd', () => {
    const path = `/docker/${id}/system.slice/cart.service`;
    expect(became(path, systemd, { 'cart.service': unit('active') })).toMatchObject({
      state: 'stopped',
      command: 'sudo docker start 3f2a1b2c3d4e',
    });
  });
});

describe('a container', () => {
  const config = `/var/lib/docker/containers/${id}/config.v2.json`;
  const docker = (state: object, restarts = 0) => ({
    [config]: JSON.stringify({ Name: '/web', RestartCount: restarts, State: state }),
  });

  test.each<[string, string, Files, Partial<Aftermath>]>([
    [
      'of Docker that is back',
      `/docker/${id}`,
      docker({ Running: true, StartedAt: new Date(boot + 1_002_000).toISOString() }, 3),
      {
        state: 'restarted',
        restarts: 3,
        sinceTime: since(1002),
        text: 'It is back: the Docker container web (3f2a1b2c3d4e) runs again, restarted 3 times',
      },
    ],
    [
      'of Docker that went on',
      `/docker/${id}`,
      docker({ Running: true, StartedAt: new Date(boot + 20_000).toISOString() }),
      { state: 'running', text: expect.stringContaining('The Docker container web (3f2a1b2c3d4e) went on') },
    ],
    [
      'of Docker that has ended',
      `/docker/${id}`,
      docker({ Running: false, OOMKilled: true, StartedAt: '0001-01-01T00:00:00Z' }),
      { state: 'stopped', command: 'sudo docker start 3f2a1b2c3d4e' },
    ],
    [
      'of Docker that was removed',
      `/docker/${id}`,
      { [`/var/lib/docker/containers/${next}/config.v2.json`]: '{}' },
      { state: 'gone', command: null },
    ],
    [
      'of Docker, of which nothing may be read',
      `/docker/${id}`,
      {},
      { state: 'stopped', command: 'sudo docker start 3f2a1b2c3d4e' },
    ],
    ['of Podman', `/machine.slice/libpod-${id}.scope`, {}, { command: 'sudo podman start 3f2a1b2c3d4e' }],
    [
      'of Podman that was removed',
      `/machine.slice/libpod-${id}.scope`,
      { '/var/lib/containers/storage/overlay-containers/containers.json': '[]' },
      { state: 'gone' },
    ],
    ['of Proxmox', '/lxc/101', {}, { state: 'stopped', command: 'sudo pct start 101' }],
    [
      'that is a virtual machine',
      '/machine.slice/machine-qemu\\x2d3\\x2dweb.scope',
      {},
      { command: 'sudo virsh start web' },
    ],
    ['of Slurm', '/slurm/uid_1/job_42', {}, { state: 'gone', command: 'sacct --jobs=42' }],
    ['that is a session', '/user.slice/user-1000.slice/session-3.scope', {}, { state: 'gone', command: null }],
  ])('%s', (_name, path, files, expected) => expect(became(path, files)).toMatchObject(expected));

  test('of which the name would be more than a name gets no command', () => {
    const path = '/machine.slice/machine-qemu\\x2d3\\x2da\\x3breboot.scope';
    expect(became(path, {})!.command).toBeNull();
  });
});

describe('a pod', () => {
  const pod = `/kubepods/burstable/pod${uid}`;
  const names = {
    [`/var/log/pods/shop_cart-7d9_${uid}/cart/2.log`]: '',
    [`/var/log/pods/shop_cart-7d9_${uid}/cart/1.log`]: '',
    [`/var/log/containers/cart-7d9_shop_cart-${id}.log`]: '',
  };

  test('whose container was made anew', () => {
    const files = {
      ...names,
      [`/var/log/containers/cart-7d9_shop_cart-${next}.log`]: '',
      ...holds(pod),
      ...holds(`${pod}/${next}`, 900),
      ...started(900, 1010),
    };
    expect(became(`${pod}/${id}`, files)).toEqual({
      state: 'restarted',
      sinceTime: since(1010),
      restarts: 2,
      text: 'It is back: cart of shop/cart-7d9 runs again, restarted twice',
      command: 'kubectl -n shop get pod cart-7d9',
    });
  });

  test('whose container waits', () => {
    expect(became(`${pod}/${id}`, { ...names, ...holds(pod) })).toMatchObject({
      state: 'stopped',
      restarts: 2,
      command: 'kubectl -n shop get pod cart-7d9',
    });
  });

  test('that is gone, of which no name is known', () => {
    expect(became(`${pod}/${id}`, {})).toMatchObject({
      state: 'gone',
      command: 'sudo crictl ps --all --id 3f2a1b2c3d4e',
    });
  });
});

describe('a cgroup of nobody', () => {
  test.each<[string, Files, Partial<Aftermath>]>([
    ['gone', {}, { state: 'gone', text: 'The cgroup /shop is gone' }],
    ['empty', holds('/shop'), { state: 'stopped', text: 'Nothing runs in /shop now', command: null }],
    [
      'others went on',
      { ...holds('/shop', 5), ...started(5, 10) },
      { state: 'running', text: 'Other processes of /shop went on' },
    ],
    ['started since', { ...holds('/shop', 5), ...started(5, 1001) }, { state: 'restarted', sinceTime: since(1001) }],
  ])('%s', (_name, files, expected) => expect(became('/shop', files)).toMatchObject(expected));

  test('v1 has no cgroup.events: who is in it or below it counts', () => {
    const files = v1Files({
      [`${v1Memory}/shop/cgroup.procs`]: '',
      [`${v1Memory}/shop/a/cgroup.procs`]: '5\n',
      ...started(5, 10),
    });
    const host = openHost(mapFiles(files));
    const [incident] = diagnose({ reports: [report('/shop')], sources: [], host, warnings: [] }).incidents;
    expect(incident!.aftermath).toMatchObject({ state: 'running' });
  });
});

describe('nothing is told', () => {
  test.each<[string, Partial<Report>]>([
    ['of a kill before the boot', { epochMs: boot - 1000 }],
    ['of another host', { hostName: 'db-1', source: { kind: 'file', name: 'kern.log', forgeable: true } }],
    ['where no cgroup is named', { taskCgroup: null }],
    ['where nothing was killed', { victims: [] }],
    ['of a path that leads elsewhere', { taskCgroup: '/../etc' }],
  ])('%s', (_name, facts) => {
    const host = openHost(mapFiles(v2Files(systemd)));
    const [incident] = diagnose({ reports: [report(cart, facts)], sources: [], host, warnings: [] }).incidents;
    expect(incident!.aftermath).toBeNull();
  });
});

test('a snapshot keeps what systemd said', () => {
  const live = mapFiles(v2Files({ ...systemd, ...holds(cart, 812), ...started(812, 1005) }), {
    units: { 'cart.service': unit('active', { NRestarts: 1, MainPID: 812 }) },
  });
  const { files, recorded } = recordFiles(live);
  const of = (host: ReturnType<typeof openHost>) =>
    diagnose({ reports: [report(cart)], sources: [], host, warnings: [], sameMachine: true }).incidents[0]!.aftermath;
  const first = of(openHost(files));
  expect(first).toMatchObject({ state: 'restarted', restarts: 1 });
  expect(of(openHost(recordedFiles(JSON.parse(JSON.stringify(recorded())))))).toEqual(first);
});
