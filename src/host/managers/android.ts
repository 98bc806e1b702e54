import { deepest, type Manager } from './manager.js';

/** `/uid_10123/pid_4567`, also below `/apps`, `/system` (libprocessgroup) */
const process = /^pid_(\d{1,10})$/;
const uid = /^uid_(\d{1,10})$/;
/** AID_APP_START of android_filesystem_config.h: an app's uid is its number above this, within the user's 100000 */
const firstApp = 10_000;

export const android: Manager = {
  kind: 'android',
  identify(path) {
    const found = deepest(path, uid);
    // Slurm has folders of this name too, and stands before
    if (!found || found.at > 1) return null;
    const pid = process.exec(found.parts[found.at + 1] ?? '')?.[1];
    return { at: found.at, user: Number(found.match[1]), detail: pid === undefined ? '' : ` (process ${pid})` };
  },
  describe({ user }, detail) {
    const isApp = user !== null && user % 100_000 >= firstApp;
    return `the Android ${isApp ? 'app' : 'system service'} with the uid ${user}${detail}`;
  },
  owns: [
    {
      kind: 'android',
      pattern: /^(?:\/(?:apps|system))?\/(uid_\d{1,10})(?=\/|$)/,
      text: (name) => `Android: it is ${name.replace('_', ' ')}'s`,
      setLimit: () =>
        "Android's lmkd and ActivityManager write this cgroup: set the limit in the device's configuration",
      setNodes: () => "Android writes this cgroup: set the nodes in the device's configuration",
    },
  ],
};
