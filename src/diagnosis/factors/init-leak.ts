import { formatBytes } from '../../text/bytes.js';
import { initLimitBytes } from '../checks/init-rss.js';
import { counted, quotedFact } from '../evidence.js';
import { type FactorRule, isHostWide } from '../factor.js';

/** Process 1 is never killed, so what it holds stays held. */
export const initLeak: FactorRule = {
  factor: 'init-leak',
  holds(report, context) {
    if (!isHostWide(report, context)) return null;
    const init = report.tasks.find(({ pid }) => pid === 1);
    const held = init?.rssAnonBytes ?? init?.rssBytes ?? null;
    if (init && held !== null) {
      if (held <= initLimitBytes) return null;
      return quotedFact(report, 'header', `process 1 (${init.comm}) held ${formatBytes(held)} at the kill`);
    }
    const now = context.host?.init?.rssAnonBytes ?? null;
    if (now === null || now <= initLimitBytes) return null;
    return [counted(`RssAnon of process 1: ${now / 1024} kB`, `process 1 holds ${formatBytes(now)} now`)];
  },
};
