import type { Host } from '../host/host.js';
import type { Report } from '../kernel-log/report.js';
import type { Evidence, Incident } from '../schemas/diagnosis.js';
import { counted } from './evidence.js';

/**
 * The kernel prints the last name of a cpuset only: its path is the one that has this name on the host, or the one a
 * person says.
 * @param host null for a log of elsewhere
 */
export function cpusetOf(
  report: Report,
  host: Host | null,
  said: string | null,
): { cpuset: Incident['cpuset']; evidence: Evidence[] } {
  const name = report.cpusetName;
  const unknown = { name, path: null };
  if (host === null || name === null) return { cpuset: unknown, evidence: [] };
  if (said !== null && host.cgroups.cpuset(said) !== null) return { cpuset: { name, path: said }, evidence: [] };
  const paths = host.cgroups.cpusetsNamed(name);
  if (paths.length === 1) return { cpuset: { name, path: paths[0]! }, evidence: [] };
  const [first, second] = paths;
  const evidence =
    paths.length === 0
      ? counted(`cpuset ${name}`, 'no cpuset of this name is on this host now')
      : counted(
          `cpusets named ${name}: ${first}, ${second}${paths.length > 2 ? ', …' : ''}`,
          'the kernel prints the last name only, and several have it: which one is not known',
        );
  return { cpuset: unknown, evidence: [evidence] };
}
