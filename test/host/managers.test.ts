import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownerOf } from '../../src/host/cgroup-owner.js';
import type { CgroupIdentity } from '../../src/host/host.js';
import { identityOf, mapFiles, openHost } from '../../src/host/index.js';
import { managers } from '../../src/host/managers/index.js';

const id = '3f2a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8';
const other = 'b'.repeat(64);
const uid = '7d9f2c1e-0a1b-4c2d-8e3f-0123456789ab';
const slice = uid.replaceAll('-', '_');

test('every file is in the list, under its own name', () => {
  const files = readdirSync(new URL('../../src/host/managers', import.meta.url))
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((name) => name !== 'index' && name !== 'manager');
  expect(managers.map(({ kind }) => kind).sort()).toEqual(files.sort());
});

describe('who a path is', () => {
  test.each<[string, Partial<CgroupIdentity>]>([
    // systemd
    [
      '/system.slice/cart.service',
      { kind: 'systemd', unit: 'cart.service', text: 'the systemd unit cart.service', user: null },
    ],
    ['/system.slice/cart.service/worker', { kind: 'systemd', unit: 'cart.service' }],
    ['/system.slice', { kind: 'systemd', text: 'the systemd slice system.slice' }],
    ['/init.scope', { kind: 'systemd', text: 'the systemd scope init.scope' }],
    [
      '/system.slice/system-getty.slice/getty@tty1.service',
      { unit: 'getty@tty1.service', text: 'the systemd unit getty@tty1.service' },
    ],
    [
      '/system.slice/system-backup.slice/backup@srv\\x2ddata.service',
      {
        unit: 'backup@srv\\x2ddata.service',
        text: 'the systemd unit backup@srv\\x2ddata.service (srv-data)',
      },
    ],
    ['/system.slice/my\\x2dcart.service', { unit: 'my\\x2dcart.service', text: 'the systemd unit my-cart.service' }],
    [
      '/system.slice/run-r0a1b2c3d4e5f60718293a4b5c6d7e8f9.scope',
      { kind: 'systemd', text: 'what systemd-run started as run-r0a1b2c3d4e5f60718293a4b5c6d7e8f9.scope' },
    ],
    ['/system.slice/run-u12.service', { text: 'what systemd-run started as run-u12.service' }],
    ['/system.slice/_memory.service', { unit: 'memory.service' }],
    [
      '/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.gnome.Terminal.slice/vte-spawn-0a1b2c3d-0a1b-4c2d-8e3f-0123456789ab.scope',
      {
        kind: 'systemd',
        user: 1000,
        text: 'the systemd scope vte-spawn-0a1b2c3d-0a1b-4c2d-8e3f-0123456789ab.scope of the user 1000',
      },
    ],
    // sessions
    [
      '/user.slice/user-1000.slice/session-3.scope',
      {
        kind: 'user-session',
        user: 1000,
        session: '3',
        unit: 'session-3.scope',
        text: 'the session 3 of the user 1000',
      },
    ],
    ['/user.slice/user-0.slice/session-c2.scope', { kind: 'user-session', user: 0, session: 'c2' }],
    ['/user.slice/user-1000.slice', { kind: 'user-session', text: 'all processes of the user 1000', session: null }],
    [
      '/user.slice/user-1000.slice/user@1000.service',
      { kind: 'user-session', text: 'the service manager of the user 1000', unit: 'user@1000.service' },
    ],
    ['/user/1000.user/3.session', { kind: 'user-session', user: 1000, session: '3' }],
    // Docker
    [
      `/docker/${id}`,
      { kind: 'docker', container: id, containerName: null, text: 'the Docker container 3f2a1b2c3d4e', unit: null },
    ],
    [`/system.slice/docker-${id}.scope`, { kind: 'docker', container: id, unit: `docker-${id}.scope` }],
    [`/actions_job/${id}`, { kind: 'docker', container: id }],
    [`/docker/${other}/docker/${id}`, { kind: 'docker', container: id }],
    [
      `/docker/${id}/system.slice/cart.service`,
      {
        kind: 'docker',
        container: id,
        unit: 'cart.service',
        text: 'the systemd unit cart.service in the Docker container 3f2a1b2c3d4e',
      },
    ],
    [
      `/user.slice/user-1000.slice/user@1000.service/user.slice/docker-${id}.scope`,
      { kind: 'docker', container: id, user: 1000 },
    ],
    // Podman, CRI-O, containerd
    [`/machine.slice/libpod-${id}.scope/container`, { kind: 'podman', container: id, runtime: 'podman' }],
    [`/libpod_parent/libpod-${id}`, { kind: 'podman', container: id }],
    [
      `/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_${other}.slice/libpod-${id}.scope`,
      { kind: 'podman', container: id, user: 1000, text: 'the Podman container 3f2a1b2c3d4e of the user 1000' },
    ],
    [`/system.slice/crio-${id}.scope`, { kind: 'crio', container: id, runtime: 'cri-o' }],
    ['/default/redis', { kind: 'containerd', container: 'redis', text: 'the containerd container redis' }],
    [`/system.slice/nerdctl-${id}.scope`, { kind: 'containerd', container: id }],
    // Kubernetes
    [
      `/kubepods/burstable/pod${uid}/${id}`,
      {
        kind: 'kubernetes',
        podUid: uid,
        qosClass: 'burstable',
        container: id,
        runtime: null,
        text: `the container 3f2a1b2c3d4e of the burstable Kubernetes pod ${uid}`,
      },
    ],
    [`/kubepods/pod${uid}/${id}`, { qosClass: 'guaranteed', container: id }],
    [`/kubepods/besteffort/pod${uid}`, { qosClass: 'besteffort', container: null }],
    [
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${slice}.slice/cri-containerd-${id}.scope`,
      { kind: 'kubernetes', podUid: uid, qosClass: 'burstable', container: id, runtime: 'containerd' },
    ],
    [
      `/kubepods.slice/kubepods-pod${slice}.slice/crio-${id}.scope`,
      { podUid: uid, qosClass: 'guaranteed', container: id, runtime: 'cri-o' },
    ],
    [`/kubepods.slice/kubepods-pod${slice}.slice/crio-${id}.scope/container`, { container: id, runtime: 'cri-o' }],
    [
      `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${slice}.slice/docker-${id}.scope`,
      { qosClass: 'besteffort', container: id, runtime: 'docker' },
    ],
    [
      `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod${'0a'.repeat(16)}.slice`,
      { podUid: '0a'.repeat(16), container: null },
    ],
    [
      `/system.slice/containerd.service/kubepods-burstable-pod${slice}.slice:cri-containerd:${id}`,
      { kind: 'kubernetes', podUid: uid, qosClass: 'burstable', container: id, runtime: 'containerd' },
    ],
    [
      `/docker/${other}/kubelet/kubepods/burstable/pod${uid}/${id}`,
      { kind: 'kubernetes', podUid: uid, container: id, qosClass: 'burstable' },
    ],
    [
      `/system.slice/docker-${other}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod${slice}.slice/cri-containerd-${id}.scope`,
      { kind: 'kubernetes', podUid: uid, container: id, qosClass: 'burstable', runtime: 'containerd' },
    ],
    [`/docker/${other}/kubelet/kubepods/pod${uid}`, { kind: 'kubernetes', container: null }],
    ['/kubepods.slice', { kind: 'kubernetes', text: 'all pods of this Kubernetes node', podUid: null }],
    [
      '/kubepods.slice/kubepods-burstable.slice',
      { text: 'all burstable pods of this Kubernetes node', qosClass: 'burstable' },
    ],
    ['/kubepods/besteffort', { text: 'all besteffort pods of this Kubernetes node' }],
    // batch systems
    [
      '/slurm/uid_1000/job_42/step_0/task_1',
      {
        kind: 'slurm',
        job: '42',
        user: 1000,
        text: 'the Slurm job 42, step 0, task 1 (of the user 1000)',
      },
    ],
    [
      '/slurm_node7/uid_1000/job_42/step_batch',
      { kind: 'slurm', job: '42', text: expect.stringContaining('step batch') },
    ],
    [
      '/system.slice/slurmstepd.scope/job_7/step_extern/user/task_special',
      { kind: 'slurm', job: '7', user: null, text: 'the Slurm job 7, step extern, task special' },
    ],
    ['/system.slice/node7_slurmstepd.scope/job_7', { kind: 'slurm', job: '7' }],
    ['/slurm/uid_1000', { kind: 'slurm', job: null, text: 'all Slurm jobs of the user 1000' }],
    [
      '/htcondor/condor_var_lib_condor_execute_slot1_2@node7',
      { kind: 'htcondor', text: 'the HTCondor job in slot1_2' },
    ],
    ['/system.slice/condor.service/condor_var_lib_condor_execute_slot3@node7', { kind: 'htcondor' }],
    ['/pbs_jobs.service/jobid/123.head', { kind: 'pbs', job: '123.head', text: 'the PBS job 123.head' }],
    ['/pbspro.slice/pbspro-123.head.slice', { kind: 'pbs', job: '123.head' }],
    ['/torque/123[7].head.example', { kind: 'pbs', job: '123[7].head.example' }],
    // clouds
    [
      `/ecs/${uid}/${id}`,
      { kind: 'ecs', job: uid, container: id, text: `the container 3f2a1b2c3d4e of the ECS task ${uid}` },
    ],
    [`/ecs/shop/${'0a'.repeat(16)}/${id}`, { kind: 'ecs', job: '0a'.repeat(16), container: id }],
    [`/ecs/${'0a'.repeat(16)}`, { kind: 'ecs', text: `the ECS task ${'0a'.repeat(16)}`, container: null }],
    [`/ecs/${'0a'.repeat(16)}/${'0a'.repeat(16)}-1234567890`, { kind: 'ecs', job: '0a'.repeat(16) }],
    [
      `/ecstasks.slice/ecstasks-${'0a'.repeat(16)}.slice/docker-${id}.scope`,
      { kind: 'ecs', job: '0a'.repeat(16), container: id },
    ],
    [
      `/nomad.slice/share.slice/${uid}.web.scope`,
      { kind: 'nomad', job: uid, text: `the Nomad allocation ${uid} (task web)` },
    ],
    [`/nomad/${uid}`, { kind: 'nomad', job: uid }],
    // machines
    ['/lxc.payload.web', { kind: 'lxc', container: 'web', containerName: 'web' }],
    ['/lxc.payload.web/init.scope', { text: 'the systemd scope init.scope in the LXC or Incus container web' }],
    ['/lxc/web', { kind: 'lxc', container: 'web' }],
    ['/incus.payload.web', { kind: 'lxc', container: 'web', runtime: 'incus', text: 'the Incus container web' }],
    ['/lxc/101/ns', { kind: 'proxmox', container: '101', text: 'the LXC container 101 (of Proxmox VE)' }],
    ['/qemu.slice/100.scope', { kind: 'proxmox', machine: '100', text: 'the virtual machine 100 (of Proxmox VE)' }],
    [
      '/machine.slice/machine-qemu\\x2d3\\x2dweb.scope/libvirt/emulator',
      { kind: 'libvirt', machine: 'web', text: 'the virtual machine web (of libvirt)' },
    ],
    ['/machine/qemu-3-web.libvirt-qemu', { kind: 'libvirt', machine: 'web' }],
    ['/machine/web.libvirt-qemu', { kind: 'libvirt', machine: 'web' }],
    ['/machine.slice/systemd-nspawn@web.service/payload', { kind: 'nspawn', machine: 'web' }],
    ['/machine.slice/machine-my\\x2dweb.scope', { kind: 'nspawn', machine: 'my-web' }],
    // applications
    [
      '/user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.mozilla.firefox-12345.scope',
      { kind: 'flatpak', app: 'org.mozilla.firefox', user: 1000 },
    ],
    [
      '/user.slice/user-1000.slice/user@1000.service/app.slice/snap.firefox.firefox-0a1b2c3d-0a1b-4c2d-8e3f-0123456789ab.scope',
      { kind: 'snap', app: 'firefox', text: 'the snap firefox of the user 1000' },
    ],
    ['/system.slice/snap.docker.dockerd.service', { kind: 'snap', app: 'docker.dockerd' }],
    [
      '/system.slice/jupyter-alice-singleuser.service',
      { kind: 'jupyter', unit: 'jupyter-alice-singleuser.service', text: 'the Jupyter server of alice' },
    ],
    [
      '/uid_10123/pid_4567',
      { kind: 'android', user: 10123, text: 'the Android app with the uid 10123 (process 4567)' },
    ],
    ['/system/uid_1000/pid_812', { kind: 'android', user: 1000, text: expect.stringContaining('system service') }],
  ])('%s', (path, expected) => {
    expect(identityOf(path)).toMatchObject(expected);
  });

  test.each(['/', '/shop', '/mm_test/2', 'shop', '/../etc', '/docker/xyz', '/shop\x1b[2J', '/user/alice', '/docker'])(
    'nobody known: %j',
    (path) => expect(identityOf(path)).toBeNull(),
  );

  test('whatever a path is, the answer comes and says nothing of null', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom('docker', id, 'kubepods', `pod${uid}`, 'a.service', 'user-1.slice', 'lxc', 'job_1', 'slurm'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const path = `/${parts.join('/')}`;
        const identity = identityOf(path);
        ownerOf(path, true);
        expect(identity?.text ?? '').not.toMatch(/\b(?:null|undefined|NaN)\b/);
      }),
    );
  });

  test('a path of the greatest length is read in time that does not show', () => {
    const started = performance.now();
    for (const piece of ['kubepods-', 'condor_slot', 'app-flatpak-', 'snap.a.', '\\x2d', 'machine-qemu-1']) {
      identityOf(`/${piece.repeat(20)}`.repeat(20).slice(0, 4096));
    }
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('names that the host has files for', () => {
  const of = (path: string, files: Record<string, string>) => openHost(mapFiles(files)).cgroups.identity(path);
  const pods = `/kubepods/burstable/pod${uid}/${id}`;

  test.each<[string, string, Record<string, string>, Partial<CgroupIdentity>]>([
    [
      'Docker',
      `/docker/${id}`,
      { [`/var/lib/docker/containers/${id}/config.v2.json`]: '{"Name":"/web","State":{"Running":true}}' },
      { containerName: 'web', text: 'the Docker container web (3f2a1b2c3d4e)' },
    ],
    [
      'Docker, of which the path has the short id',
      `/docker/${id.slice(0, 12)}`,
      { [`/var/lib/docker/containers/${id}/config.v2.json`]: '{"Name":"/web"}' },
      { containerName: 'web' },
    ],
    [
      'Docker, a file that is cut',
      `/docker/${id}`,
      { [`/var/lib/docker/containers/${id}/config.v2.json`]: '{"Name":"/we' },
      { containerName: null },
    ],
    [
      'Podman',
      `/machine.slice/libpod-${id}.scope`,
      {
        '/var/lib/containers/storage/overlay-containers/containers.json': JSON.stringify([
          { id: other, names: ['no'] },
          { id, names: ['web'] },
        ]),
      },
      { containerName: 'web' },
    ],
    [
      'rootless Podman',
      `/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${id}.scope`,
      {
        '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n',
        '/home/alice/.local/share/containers/storage/overlay-containers/containers.json': `[{"id":"${id}","names":["web"]}]`,
      },
      { containerName: 'web', user: 1000 },
    ],
    [
      'the kubelet’s logs',
      pods,
      {
        [`/var/log/pods/shop_cart-7d9_${uid}/cart/0.log`]: '',
        [`/var/log/containers/cart-7d9_shop_cart-main-${id}.log`]: '',
      },
      {
        pod: 'cart-7d9',
        podNamespace: 'shop',
        containerName: 'cart-main',
        text: 'the container cart-main (3f2a1b2c3d4e) of the burstable Kubernetes pod shop/cart-7d9',
      },
    ],
    [
      'containerd’s configuration of it',
      pods,
      {
        [`/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}/config.json`]: JSON.stringify({
          annotations: {
            'io.kubernetes.cri.sandbox-name': 'cart-7d9',
            'io.kubernetes.cri.sandbox-namespace': 'shop',
            'io.kubernetes.cri.container-name': 'cart',
          },
        }),
      },
      { pod: 'cart-7d9', podNamespace: 'shop', containerName: 'cart' },
    ],
    [
      'CRI-O’s storage',
      pods,
      {
        '/var/lib/containers/storage/overlay-containers/containers.json': `[{"id":"${id}","names":["k8s_cart_cart-7d9_shop_${uid}_0"]}]`,
      },
      { pod: 'cart-7d9', podNamespace: 'shop', containerName: 'cart' },
    ],
    [
      'the pod’s hosts file',
      pods,
      {
        [`/var/lib/kubelet/pods/${uid}/etc-hosts`]:
          '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tip6-localhost\n10.1.2.3\tcart-7d9\n',
      },
      { pod: 'cart-7d9', podNamespace: null },
    ],
    [
      'names that are none',
      pods,
      { [`/var/log/pods/a;reboot_$(x)_${uid}/cart/0.log`]: '' },
      { pod: null, podNamespace: null },
    ],
    ['nothing that may be read', `/docker/${id}`, {}, { containerName: null }],
  ])('%s', (_name, path, files, expected) => expect(of(path, files)).toMatchObject(expected));
});

describe('who writes it', () => {
  test.each([
    [`/ecs/${'0a'.repeat(16)}`, 'ecs', 'task definition'],
    [`/nomad.slice/share.slice/${uid}.web.scope`, 'nomad', 'memory = 1'],
    ['/htcondor/condor_execute_slot1_2@node7', 'htcondor', 'request_memory'],
    ['/pbs_jobs.service/jobid/123.head', 'pbs', 'mem=1mb'],
    ['/lxc/101', 'proxmox', 'pct set 101'],
    ['/uid_10123/pid_4567', 'android', 'Android'],
    [`/system.slice/nerdctl-${id}.scope`, 'containerd', 'nerdctl update'],
  ])('%s is of %s', (path, kind, way) => {
    const owner = ownerOf(path, false);
    expect([owner.kind, owner.setLimit!(2 ** 20)]).toEqual([kind, expect.stringContaining(way)]);
  });
});
