import type { HostFiles } from './files.js';
import type { HostProcess } from './host.js';
import { integer } from './malformed.js';
import { parseStatus } from './status.js';

/** Every process but undoom itself. One that ends meanwhile is left out; kernel threads have no memory of their own and are left out too. */
export function readProcesses(files: HostFiles): HostProcess[] {
  return (files.list('/proc') ?? []).flatMap((name) => {
    if (!/^\d{1,10}$/.test(name) || (files.live && Number(name) === process.pid)) return [];
    const text = files.read(`/proc/${name}/status`);
    const status = text === null ? null : parseStatus(text);
    if (!status || status.rssAnonBytes === null) return [];
    const cgroups = files.read(`/proc/${name}/cgroup`);
    return [
      {
        pid: Number(name),
        ...status,
        oomScoreAdj: integer(files.read(`/proc/${name}/oom_score_adj`)?.trim()),
        memoryCgroup: cgroups === null ? null : memoryCgroupOf(cgroups),
      },
    ];
  });
}

/** /proc/PID/cgroup: `4:memory:/a` on v1, `0::/a` on v2 (cgroups(7)). v1's memory line wins where there are both. */
export function memoryCgroupOf(text: string): string | null {
  const lines = text.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const v1 = lines.find((match) => match?.[1]?.split(',').includes('memory'));
  const v2 = lines.find((match) => match?.[1] === '');
  return v1?.[2] ?? v2?.[2] ?? null;
}
