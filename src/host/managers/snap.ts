import { deepest, type Manager, unescapeUnit } from './manager.js';

/** `snap.firefox.firefox-UUID.scope` (also with a number before .scope), `snap.NAME.APP.service`: units, so systemd's to write */
const unit = /^snap\.([^.]+)\.(.+?)(?:-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\.\d{1,10})?\.(?:scope|service)$/;

export const snap: Manager = {
  kind: 'snap',
  identify(path) {
    const found = deepest(unescapeUnit(path), unit);
    if (!found) return null;
    const [, name, app] = found.match;
    return { at: found.at, app: name === app ? name! : `${name}.${app}` };
  },
  describe: ({ app, user }) => `the snap ${app}${user === null ? '' : ` of the user ${user}`}`,
  owns: [],
};
