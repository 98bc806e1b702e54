import { shellQuote } from '../../text/quote.js';
import { deepest, type Manager, unescapeUnit } from './manager.js';

const unit = /^.+\.(?:service|scope|slice|mount|socket|swap)$/;
/** systemd-run(1) names what it starts `run-rHEX.scope`, `run-u12.service`, `run-p1234-i5678.scope` */
const transient = /^run-(?:r[0-9a-f]{8,32}|u\d+|p\d+-i\d+|\d+)\.(scope|service)$/;

const infinity = (bytes: number | 'max') => (bytes === 'max' ? 'infinity' : String(bytes));

export const systemd: Manager = {
  kind: 'systemd',
  identify(path) {
    const found = deepest(path, unit);
    if (!found) return null;
    // systemd puts an underscore before a name that would be a kernel file's (cg_escape() of its cgroup-util.c)
    const name = found.match[0].replace(/^_/, '');
    const uid = /^\/user\.slice\/user-\d+\.slice\/user@(\d{1,10})\.service\/./.exec(path)?.[1];
    return {
      at: found.at,
      unit: name,
      ...(uid === undefined ? {} : { user: Number(uid), detail: ` of the user ${uid}` }),
    };
  },
  describe({ unit }, detail) {
    const name = unescapeUnit(unit!);
    const kind = transient.exec(unit!)?.[1];
    if (kind !== undefined) return `what systemd-run started as ${name}${detail}`;
    const what = unit!.endsWith('.slice') ? 'slice' : unit!.endsWith('.scope') ? 'scope' : 'unit';
    const instance = /^(.+)@(.+)\.\w+$/.exec(unit!)?.[2];
    const of = instance === undefined || instance === unescapeUnit(instance) ? '' : ` (${unescapeUnit(instance)})`;
    return `the systemd ${what} ${of === '' ? name : unit}${of}${detail}`;
  },
  owns: [
    {
      kind: 'systemd',
      // a unit of a user's own manager
      pattern:
        /^\/user\.slice\/user-\d+\.slice\/user@\d+\.service\/(?:.*\/)?([^/]+\.(?:service|scope|slice|mount|socket))(?:\/|$)(?!.*\.(?:service|scope|slice)(?:\/|$))/,
      text: (name) => `the unit ${name} of a user's systemd`,
      setLimit: (name, bytes) =>
        `systemctl --user set-property --runtime ${shellQuote(name)} MemoryMax=${infinity(bytes)}`,
      setNodes: (name, nodes) =>
        `systemctl --user set-property --runtime ${shellQuote(name)} AllowedMemoryNodes=${nodes}`,
      needsSystemd: true,
      endsHere: true,
    },
    {
      kind: 'systemd',
      pattern:
        /\/([^/]+\.(?:service|scope|slice|mount|socket|swap))(?:\/|$)(?!.*\.(?:service|scope|slice|mount|socket|swap)(?:\/|$))/,
      text: (name) => `the systemd unit ${name}`,
      setLimit: (name, bytes) =>
        `sudo systemctl set-property --runtime ${shellQuote(name)} MemoryMax=${infinity(bytes)}`,
      setNodes: (name, nodes) =>
        `sudo systemctl set-property --runtime ${shellQuote(name)} AllowedMemoryNodes=${nodes}`,
      needsSystemd: true,
      endsHere: true,
    },
  ],
};
