import type { Host, MemoryCgroup } from '../host/host.js';
import type { ParameterValues } from '../playbook/playbook.js';
import { formatBytes } from '../text/bytes.js';
import type { RemedyMaker } from './remedy.js';

/** Only where they are always on, or the report shows that they bloated: else they are not what took the memory. */
export const tuneTransparentHugePages: RemedyMaker = {
  playbook: 'tune-transparent-huge-pages',
  causes: ['global-memory'],
  propose({ factors }, { host }) {
    const bloated = factors.includes('thp-bloat');
    const settings = host?.transparentHugePages;
    if (!host || !settings) {
      const note = bloated
        ? 'Transparent huge pages bloated memory: their settings are to be looked at on the host itself.'
        : null;
      return { remedy: null, note };
    }
    if (settings.enabled !== 'always' && !bloated) return { remedy: null, note: null };
    const { enabled, defrag, khugepagedMaxPtesNone } = settings;
    const parameters: ParameterValues = {};
    const changes: string[] = [];
    if (enabled === 'always') {
      parameters.enabled = 'madvise';
      changes.push('only programs that ask for them get them');
    }
    if (defrag === 'always') {
      parameters.defrag = 'madvise';
      changes.push('only those wait for one');
    }
    if (khugepagedMaxPtesNone !== null && khugepagedMaxPtesNone > 0) {
      parameters.khugepaged_max_ptes_none = 0;
      changes.push('khugepaged fills in no page that was never touched');
    }
    const split = largestWithReclaim(host);
    if (split) {
      Object.assign(parameters, { cgroup: split.path, mode: 'reclaim' });
      changes.push(`${split.path} gives the empty parts of its own back when memory is short`);
    }
    if (changes.length === 0) return { remedy: null, note: null };
    const held = host.meminfo?.AnonHugePages;
    const now = held === undefined ? '' : `, and hold ${formatBytes(held)} now`;
    const known = bloated ? '' : ' Whether they bloated what was killed is not known';
    return {
      remedy: {
        title: 'Make transparent huge pages less greedy',
        parameters,
        why: `They are ${enabled === 'always' ? 'always on' : `set to ${enabled ?? 'an unknown mode'}`}${now}: ${changes.join('; ')}.${known === '' ? '' : `${known}.`}`,
      },
      note: null,
    };
  },
};

/** memory.thp_reclaim is Alibaba Cloud Linux's own: the cgroup with the most huge pages, where the kernel has it. */
function largestWithReclaim(host: Host): MemoryCgroup | null {
  const huge = ({ stat }: MemoryCgroup) => stat?.anon_thp ?? stat?.rss_huge ?? 0;
  const cgroups = host.cgroups.memoryPaths.flatMap((path) => {
    const cgroup = path === '/' ? null : host.cgroups.memory(path);
    const usable =
      cgroup?.paths.thpReclaim && cgroup.children.length === 0 && host.cgroups.owner(path).kind === 'nobody';
    return usable && huge(cgroup) > 0 ? [cgroup] : [];
  });
  return cgroups.sort((a, b) => huge(b) - huge(a) || (a.path < b.path ? -1 : 1))[0] ?? null;
}
