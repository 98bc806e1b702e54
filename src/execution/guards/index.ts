import { expired } from './expired.js';
import type { RunGuard } from './guard.js';
import { host } from './host.js';
import { used } from './used.js';
import { window } from './window.js';

export const runGuards: RunGuard[] = [host, expired, window, used];
