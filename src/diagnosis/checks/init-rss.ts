import { formatBytes } from '../../text/bytes.js';
import { type CheckRule, unknownCheck } from '../check.js';

/** 200 MB as /proc/1/status counts it: in kB of 1024 bytes. */
export const initLimitBytes = 200 * 1024 * 1024;

export const initRss: CheckRule = {
  id: 'init-rss',
  run({ init }) {
    const held = init?.rssAnonBytes ?? null;
    if (!init || held === null)
      return unknownCheck('RssAnon of process 1 could not be read: sudo grep RssAnon /proc/1/status');
    const bloated = held > initLimitBytes;
    const advice = init.isSystemd
      ? 'systemctl daemon-reexec gives it back; then update systemd'
      : `update ${init.comm}, or start the host again`;
    return {
      status: bloated ? 'warning' : 'ok',
      value: held,
      threshold: initLimitBytes,
      unit: 'bytes',
      text: bloated
        ? `Process 1 (${init.comm}) holds ${formatBytes(held)} of its own, and the kernel never kills it: ${advice}`
        : `Process 1 (${init.comm}) holds ${formatBytes(held)} of its own`,
    };
  },
};
