// /var/lib/docker/containers/ID/config.v2.json, root's: what the engine keeps of a container
//   {"ID":"3f2a…","Name":"/web","RestartCount":1,"State":{"Running":true,"Pid":812,"StartedAt":"2026-11-24T02:09:05.1Z",…}}
import type { HostFiles } from './files.js';
import { isRecord, parseJson } from './json.js';

export interface DockerContainer {
  name: string | null;
  running: boolean | null;
  /** by the engine, by its restart policy */
  restarts: number | null;
  /** milliseconds since the epoch; null where it never ran */
  startedAtMs: number | null;
}

const folder = '/var/lib/docker/containers';

/** @param id 12 to 64 hexadecimal digits */
export function readDockerContainer(id: string, files: HostFiles): DockerContainer | null {
  const whole = id.length === 64 ? id : (files.folders(folder) ?? []).find((name) => name.startsWith(id));
  const config = whole === undefined ? null : parseJson(files.read(`${folder}/${whole}/config.v2.json`));
  if (!isRecord(config)) return null;
  const state = isRecord(config.State) ? config.State : {};
  const started = typeof state.StartedAt === 'string' ? Date.parse(state.StartedAt) : Number.NaN;
  return {
    name: typeof config.Name === 'string' ? config.Name.replace(/^\//, '') : null,
    running: typeof state.Running === 'boolean' ? state.Running : null,
    restarts: Number.isSafeInteger(config.RestartCount) ? (config.RestartCount as number) : null,
    // Go's zero time is the year 1
    startedAtMs: started > 0 ? started : null,
  };
}
