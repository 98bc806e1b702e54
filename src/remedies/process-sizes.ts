import type { Host, HostProcess } from '../host/host.js';

/** A size of /proc/PID/status by its key (VmPTE, VmLck), largest first; those without are left out. */
export function processesBy(host: Host, keys: string[]): { task: HostProcess; bytes: number }[] {
  return host.processes
    .flatMap((task) => {
      const text = host.files.read(`/proc/${task.pid}/status`) ?? '';
      const bytes = keys.reduce((sum, key) => {
        const match = new RegExp(`^${key}:\\s+(\\d{1,15}) kB$`, 'm').exec(text);
        return sum + (match ? Number(match[1]) * 1024 : 0);
      }, 0);
      return bytes > 0 ? [{ task, bytes }] : [];
    })
    .sort((a, b) => b.bytes - a.bytes || a.task.pid - b.task.pid);
}
