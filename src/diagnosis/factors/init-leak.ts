import { formatBytes } from '../../text/bytes.js';
import { initLimitBytes } from '../checks/init-rss.js';
import { counted, quotedFact } from '../evidence.js';
import { type FactorRule, isHostWide, measured } from '../factor.js';
import { ramBytes } from '../ram.js';

/** Process 1 is never killed, so what it holds stays held. */
export const initLeak: FactorRule = {
  factor: 'init-leak',
  holds(report, context) {
    if (!isHostWide(report, context)) return null;
    const init = report.tasks.find(({ pid }) => pid === 1);
    const held = init?.rssAnonBytes ?? init?.rssBytes ?? null;
    if (init && held !== null) {
      if (held <= initLimitBytes) return null;
      const text = `process 1 (${init.comm}) held ${formatBytes(held)} at the kill`;
      return measured(quotedFact(report, 'header', text), held, { of: 'ram', wholeBytes: ramBytes(report) }, text);
    }
    const now = context.host?.init?.rssAnonBytes ?? null;
    if (now === null || now <= initLimitBytes) return null;
    const text = `process 1 holds ${formatBytes(now)} now`;
    const whole = { of: 'ram', wholeBytes: context.host?.meminfo?.MemTotal ?? null } as const;
    return measured([counted(`RssAnon of process 1: ${now / 1024} kB`, text)], now, whole, text);
  },
};
