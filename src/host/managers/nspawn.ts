import { deepest, type Manager, unescapeUnit } from './manager.js';

/** `/machine.slice/systemd-nspawn@web.service/payload`, `/machine.slice/machine-web.scope`: systemd-machined(8). The unit is systemd's to write. */
const machine = /^(?:systemd-nspawn@(.+)\.service|machine-(.+)\.scope)$/;

export const nspawn: Manager = {
  kind: 'nspawn',
  identify(path) {
    const found = deepest(path, machine);
    if (found?.parts[found.at - 1] !== 'machine.slice') return null;
    return { at: found.at, machine: unescapeUnit(found.match[1] ?? found.match[2]!) };
  },
  describe: ({ machine }) => `the machine ${machine} (of systemd-machined)`,
  owns: [],
};
