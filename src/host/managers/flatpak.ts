import { deepest, type Manager, unescapeUnit } from './manager.js';

/** `app-flatpak-org.mozilla.firefox-12345.scope`: the unit is the user's systemd's to write */
const scope = /^app-flatpak-(.+)-\d{1,20}\.scope$/;

export const flatpak: Manager = {
  kind: 'flatpak',
  identify(path) {
    const found = deepest(path, scope);
    return found && { at: found.at, app: unescapeUnit(found.match[1]!) };
  },
  describe: ({ app, user }) => `the Flatpak ${app}${user === null ? '' : ` of the user ${user}`}`,
  owns: [],
};
