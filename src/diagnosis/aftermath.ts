import type { CgroupIdentity, Host } from '../host/host.js';
import {
  type CgroupMembers,
  isCgroupPath,
  isSystemUnit,
  readContainerState,
  readMembers,
  readUnit,
} from '../host/index.js';
import type { Report } from '../kernel-log/report.js';
import type { Aftermath } from '../schemas/diagnosis.js';
import { shellQuote } from '../text/quote.js';
import { isBeforeBoot } from './place.js';

/** Boot time is told in whole seconds, so that a start and a kill may seem to lie this far apart the wrong way. */
const clockSeconds = 1.5;

/**
 * Whether what was killed runs again, as the host has it now: by the unit's or container's own state where that can be
 * read, else by who is in its cgroup and since when.
 * @param host null for a log of elsewhere
 * @param identity whose the killed task was
 */
export function aftermathOf(report: Report, host: Host | null, identity: CgroupIdentity | null): Aftermath | null {
  const path = report.taskCgroup ?? report.oomGroupCgroup;
  if (host === null || path === null || path === '/' || !isCgroupPath(path)) return null;
  if (report.kind === 'allocation-failure' || report.victims.length === 0 || isBeforeBoot(report, host)) return null;
  // Of a part of the hierarchy nothing is to be seen of the rest: what is missing there need not be gone.
  if (host.cgroups.memoryMount?.root !== '/') return null;
  const members = readMembers(path, host);
  const scene = { report, host, path, members };
  if (identity !== null && isServiceOfHost(identity)) return ofUnit(identity.unit!, scene);
  if (identity?.kind === 'kubernetes') return ofPod(identity, scene);
  return identity === null ? ofCgroup(scene) : ofEngine(identity, scene);
}

interface Scene {
  report: Report;
  host: Host;
  path: string;
  members: CgroupMembers | null;
}

function isServiceOfHost({ kind, unit, user }: CgroupIdentity): boolean {
  const isSystemds = kind === 'systemd' || kind === 'snap' || kind === 'jupyter';
  return isSystemds && user === null && unit !== null && isSystemUnit(unit);
}

function ofUnit(unit: string, scene: Scene): Aftermath {
  const { host } = scene;
  const state = host.hasSystemd ? readUnit(unit, host.files) : null;
  const start = `sudo systemctl start ${shellQuote(unit)}`;
  if (state === null) {
    if (scene.members?.populated) return runs(wordsOf(unit), scene, null);
    return stopped(`${unit} does not run: nothing is left in its cgroup`, start);
  }
  const restarts = state.restarts;
  if (state.load === 'not-found') {
    if (scene.members?.populated) return runs(wordsOf(unit), scene, restarts);
    const text = `${unit} is gone: systemd knows no such unit any more (it was a transient one, or its file was removed)`;
    return { ...nothing, state: 'gone', text };
  }
  if (state.active === 'active' || state.active === 'reloading') {
    // a unit may be active and hold no process: a oneshot that remains after its exit
    return state.mainPid === null && !scene.members?.populated
      ? { ...nothing, state: 'unknown', restarts, text: `${unit} is active, and holds no process` }
      : runs(wordsOf(unit), scene, restarts);
  }
  const why = state.result !== null && state.result !== 'success' ? ` (${state.result})` : '';
  if (state.active === 'activating') {
    const text = `${unit} does not run${why}: systemd is about to start it again${timesOf(restarts)}`;
    return { ...stopped(text, `systemctl status ${shellQuote(unit)}`), restarts };
  }
  return { ...stopped(`${unit} does not run: it is ${state.active}${why}${timesOf(restarts)}`, start), restarts };
}

interface Words {
  restarted: string;
  went: string;
  now: string;
}

function wordsOf(name: string): Words {
  return {
    restarted: `It is back: ${name} runs again`,
    went: `${capital(name)} went on: only some of its processes were killed`,
    now: `${capital(name)} runs now`,
  };
}

/** Something runs: since before the kill, or started anew after it. */
function runs(words: Words, { members, report }: Scene, restarts: number | null): Aftermath {
  const since = members?.oldest ?? null;
  const isNew = since === null ? null : startedSince(since, report);
  const sinceTime = since?.epochMs == null ? null : new Date(since.epochMs).toISOString();
  const common = { ...nothing, sinceTime, restarts };
  if (isNew === true) return { ...common, state: 'restarted', text: `${words.restarted}${timesOf(restarts)}` };
  return { ...common, state: 'running', text: isNew === false ? words.went : `${words.now}${timesOf(restarts)}` };
}

/** null where the report has no time. */
function startedSince(
  { uptimeSeconds, epochMs }: NonNullable<CgroupMembers['oldest']>,
  report: Report,
): boolean | null {
  // both are counted from the boot, and exact
  if (report.uptimeSeconds !== null && report.source.kind === 'kmsg')
    return uptimeSeconds >= report.uptimeSeconds - 0.05;
  if (epochMs === null || report.epochMs === null) return null;
  return epochMs >= report.epochMs - clockSeconds * 1000;
}

function ofEngine(identity: CgroupIdentity, scene: Scene): Aftermath {
  const { host, members, report } = scene;
  const { text } = identity;
  const state = readContainerState(identity, host.files);
  if (state && !state.known) return { ...nothing, state: 'gone', text: `${capital(text)} is gone: it was removed` };
  const restarts = state?.restarts ?? null;
  if (state?.running === true && state.startedAtMs !== null && report.epochMs !== null) {
    const isNew = state.startedAtMs >= report.epochMs - clockSeconds * 1000;
    const sinceTime = new Date(state.startedAtMs).toISOString();
    const words = wordsOf(text);
    const common = { ...nothing, sinceTime, restarts };
    return isNew
      ? { ...common, state: 'restarted', text: `${words.restarted}${timesOf(restarts)}` }
      : { ...common, state: 'running', text: words.went };
  }
  if (state?.running !== false && members?.populated) return runs(wordsOf(text), scene, restarts);
  const start = startCommand(identity);
  if (start === null) {
    const ended = members === null ? 'its cgroup is gone' : 'nothing is left in its cgroup';
    return { ...nothing, state: 'gone', text: `${capital(text)} has ended: ${ended}`, command: lookUp(identity) };
  }
  return { ...stopped(`${capital(text)} does not run`, start), restarts };
}

/** Only for what can be started as it was. Names come from a path, which may be anybody's text. */
function startCommand({ kind, container, machine, user, runtime }: CgroupIdentity): string | null {
  const name = container ?? machine ?? '';
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.@:-]{0,254}$/.test(name)) return null;
  const id = /^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : shellQuote(name);
  switch (kind) {
    case 'docker':
      return user === null ? `sudo docker start ${id}` : `docker start ${id}`;
    case 'podman':
      return user === null ? `sudo podman start ${id}` : `podman start ${id}`;
    case 'lxc':
      return runtime === 'incus' ? `sudo incus start ${id}` : null;
    case 'proxmox':
      return container === null ? `sudo qm start ${id}` : `sudo pct start ${id}`;
    case 'libvirt':
      return `sudo virsh start ${id}`;
    case 'nspawn':
      return `sudo machinectl start ${id}`;
    default:
      return null;
  }
}

function lookUp({ kind, job, container }: CgroupIdentity): string | null {
  if (kind === 'slurm' && job !== null) return `sacct --jobs=${shellQuote(job)}`;
  if (kind === 'pbs' && job !== null) return `qstat -x ${shellQuote(job)}`;
  if (kind === 'nomad' && job !== null) return `nomad alloc status ${shellQuote(job)}`;
  if (kind === 'crio' && container !== null) return `sudo crictl ps --all --id ${container.slice(0, 12)}`;
  return null;
}

/** The kubelet makes a container anew under another id, in the same pod. */
function ofPod(identity: CgroupIdentity, scene: Scene): Aftermath {
  const { host, path, members } = scene;
  const { text, container, pod, podNamespace } = identity;
  const named =
    pod === null || podNamespace === null ? null : `-n ${shellQuote(podNamespace)} get pod ${shellQuote(pod)}`;
  const crictl = container === null ? null : `sudo crictl ps --all --id ${container.slice(0, 12)}`;
  const command = named === null ? crictl : `kubectl ${named}`;
  const restarts = attemptsOf(identity, host);
  if (members?.populated) return { ...runs(wordsOf(text), scene, restarts), command };
  if (container === null)
    return { ...nothing, state: 'gone', text: `${capital(text)} is gone from this host`, command };
  const podPath = path.slice(0, path.lastIndexOf('/', path.indexOf(container)));
  const siblings = host.cgroups.memory(podPath)?.children ?? null;
  if (siblings === null) {
    return { ...nothing, state: 'gone', restarts, text: `${capital(text)} is gone, and its pod with it`, command };
  }
  const next = idsOf(identity, host).find((id) => siblings.some((sibling) => sibling.includes(id)));
  const again = next === undefined ? null : siblings.find((sibling) => sibling.includes(next))!;
  const anew = again === null ? null : readMembers(again, host);
  if (anew?.populated) {
    const name = `${identity.containerName} of ${podNamespace}/${pod}`;
    return { ...runs(wordsOf(name), { ...scene, members: anew }, restarts), command };
  }
  return { ...stopped(`${capital(text)} does not run: the kubelet starts it again after a while`, command), restarts };
}

/** The ids of the same container's other runs, by the kubelet's links POD_NAMESPACE_CONTAINER-ID.log. */
function idsOf({ pod, podNamespace, containerName, container }: CgroupIdentity, { files }: Host): string[] {
  if (pod === null || podNamespace === null || containerName === null) return [];
  const prefix = `${pod}_${podNamespace}_${containerName}-`;
  return (files.list('/var/log/containers') ?? []).flatMap((name) => {
    const id = name.startsWith(prefix) ? name.slice(prefix.length, -'.log'.length) : '';
    return /^[0-9a-f]{64}$/.test(id) && id !== container ? [id] : [];
  });
}

/** The kubelet numbers a container's logs by its restarts: /var/log/pods/NAMESPACE_NAME_UID/CONTAINER/2.log */
function attemptsOf({ pod, podNamespace, podUid, containerName }: CgroupIdentity, { files }: Host): number | null {
  if (pod === null || podNamespace === null || containerName === null) return null;
  const names = files.list(`/var/log/pods/${podNamespace}_${pod}_${podUid}/${containerName}`) ?? [];
  const attempts = names.flatMap((name) => /^(\d{1,9})\.log$/.exec(name)?.slice(1).map(Number) ?? []);
  return attempts.length === 0 ? null : Math.max(...attempts);
}

/** Nobody known made it: its processes are all that can be told. */
function ofCgroup(scene: Scene): Aftermath {
  const { path, members } = scene;
  if (members === null) return { ...nothing, state: 'gone', text: `The cgroup ${path} is gone` };
  if (!members.populated) return { ...nothing, state: 'stopped', text: `Nothing runs in ${path} now` };
  return runs(
    {
      restarted: `Processes that were started since run in ${path}`,
      went: `Other processes of ${path} went on`,
      now: `Processes run in ${path} now`,
    },
    scene,
    null,
  );
}

const nothing: Omit<Aftermath, 'state' | 'text'> = { sinceTime: null, restarts: null, command: null };

function stopped(text: string, command: string | null): Aftermath {
  return { ...nothing, state: 'stopped', text, command };
}

function timesOf(restarts: number | null): string {
  if (restarts === null || restarts === 0) return '';
  return `, restarted ${restarts === 1 ? 'once' : restarts === 2 ? 'twice' : `${restarts} times`}`;
}

/** A sentence may begin with "the Docker container", but a unit's own name is not written otherwise. */
function capital(text: string): string {
  return /^(?:the|all|what) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
