import { deepest, type Manager, unescapeUnit } from './manager.js';

/** JupyterHub's spawner for systemd: `jupyter-alice-singleuser.service`; the user's name is escaped as a unit's is */
const unit = /^jupyter-(.+?)(?:-singleuser)?\.service$/;

export const jupyter: Manager = {
  kind: 'jupyter',
  identify(path) {
    const found = deepest(path, unit);
    return found && { at: found.at, detail: unescapeUnit(found.match[1]!) };
  },
  describe: (_, detail) => `the Jupyter server of ${detail}`,
  owns: [],
};
