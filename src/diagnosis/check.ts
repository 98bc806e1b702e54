import type { Host } from '../host/host.js';
import type { Check } from '../schemas/diagnosis.js';

/** One look at the host as it is now. */
export interface CheckRule {
  id: string;
  run(host: Host): Omit<Check, 'id'>;
}

export function unknownCheck(text: string): Omit<Check, 'id'> {
  return { status: 'unknown', value: null, threshold: null, unit: null, text };
}
