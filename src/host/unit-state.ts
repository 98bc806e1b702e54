// systemctl show --property=LoadState,ActiveState,SubState,Result,NRestarts,MainPID -- cart.service
//   LoadState=loaded
//   ActiveState=failed
//   SubState=failed
//   Result=oom-kill
//   NRestarts=2
//   MainPID=0
import type { HostFiles } from './files.js';
import { integer } from './malformed.js';

export interface UnitState {
  /** loaded, not-found, masked */
  load: string | null;
  /** active, failed, inactive, activating, deactivating, reloading */
  active: string;
  /** running, dead, failed, auto-restart */
  sub: string | null;
  /** success, oom-kill, signal, exit-code, … */
  result: string | null;
  /** by Restart=, since it was last started by hand */
  restarts: number | null;
  mainPid: number | null;
}

/** systemd.unit(5) allows these characters, and a name of at most 255; nothing else may become an argument. */
export function isSystemUnit(name: string): boolean {
  return /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,246}\.service$/.test(name);
}

/** null where systemd gave no answer. */
export function readUnit(name: string, files: HostFiles): UnitState | null {
  const text = files.systemdUnit(name);
  const values = new Map<string, string>();
  for (const line of (text ?? '').split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1));
  }
  const active = values.get('ActiveState');
  if (active === undefined) return null;
  return {
    load: values.get('LoadState') ?? null,
    active,
    sub: values.get('SubState') ?? null,
    result: values.get('Result') ?? null,
    restarts: integer(values.get('NRestarts')),
    mainPid: integer(values.get('MainPID')) || null,
  };
}
