import type { Host } from '../host/host.js';
import type { Report } from '../kernel-log/report.js';

/** Sources that only this machine writes; a file, a pipe or a snapshot may come from anywhere. */
const ownSources = ['journal', 'kmsg', 'dmesg'];

/**
 * Whether a report is another host's: another name, or another release where nothing says that it was this host's
 * before an update.
 * @param sameMachine what the caller knows of the log; null where it knows nothing
 */
export function isElsewhere(report: Report, host: Host | null, sameMachine: boolean | null): boolean {
  if (host === null) return true;
  if (sameMachine !== null) return !sameMachine;
  if (ownSources.includes(report.source.kind)) return false;
  const { name, kernel } = host.identity;
  const named = report.hostName !== null && name !== null;
  if (named && shortName(report.hostName!) !== shortName(name!)) return true;
  if (report.kernel === null || kernel === null || report.kernel === kernel) return false;
  return !(named && isBeforeBoot(report, host));
}

/** Beyond doubt this host's since its boot: from a source of its own, or under its name and release. */
export function isSurelyHere(report: Report, host: Host): boolean {
  if (isBeforeBoot(report, host)) return false;
  const { name, kernel } = host.identity;
  const isNamed = report.hostName !== null && name !== null && shortName(report.hostName) === shortName(name);
  return ownSources.includes(report.source.kind) || (isNamed && report.kernel !== null && report.kernel === kernel);
}

/** The counters of a host begin with its boot: of a report from before they tell nothing. */
export function isBeforeBoot({ epochMs }: Report, { identity }: Host): boolean {
  return epochMs !== null && identity.bootTimeMs !== null && epochMs < identity.bootTimeMs;
}

function shortName(name: string): string {
  return name.toLowerCase().split('.')[0]!;
}
