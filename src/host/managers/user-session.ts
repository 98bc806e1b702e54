import { deepest, type Manager } from './manager.js';

/** logind: `/user.slice/user-1000.slice/session-3.scope`; before systemd 205 `/user/1000.user/3.session` (or a name) */
const session = /^(?:session-([a-z]?\d{1,10})\.scope|([a-z]?\d{1,10})\.session)$/;
const slice = /^user-(\d{1,10})\.slice$|^(\d{1,10})\.user$/;

/** A login's session, a user's slice, or its service manager. Units, so systemd's to write. */
export const userSession: Manager = {
  kind: 'user-session',
  identify(path) {
    const user = deepest(path, slice);
    if (!user) return null;
    const uid = Number(user.match[1] ?? user.match[2]);
    const found = deepest(path, session);
    if (found && found.at > user.at) {
      return { at: found.at, user: uid, session: found.match[1] ?? found.match[2]!, detail: '' };
    }
    // a unit of the user's own manager is that unit
    const last = user.parts.at(-1)!;
    if (user.at === user.parts.length - 1) return { at: user.at, user: uid, session: null, detail: 'all processes' };
    return /^user@\d+\.service$/.test(last)
      ? { at: user.at + 1, user: uid, session: null, detail: 'the service manager' }
      : null;
  },
  describe({ user, session }, detail) {
    return session === null ? `${detail} of the user ${user}` : `the session ${session} of the user ${user}`;
  },
  owns: [],
};
