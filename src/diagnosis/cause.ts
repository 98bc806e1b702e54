import type { Report } from '../kernel-log/report.js';
import type { Cause, Evidence } from '../schemas/diagnosis.js';

export type Confidence = 'high' | 'medium' | 'low';

/** Why the lines of a report point to a cause, and how sure that is. */
export interface Verdict {
  /** high: the kernel stated it, or the arithmetic is whole; medium: in part; low: a likely reading of too few lines */
  confidence: Confidence;
  evidence: Evidence[];
}

/** One cause. Pure: the same report gives the same verdict. */
export interface CauseRule {
  cause: Cause;
  /** null where the lines do not show it */
  judge(report: Report): Verdict | null;
  /** One sentence that a person can act on; claims nothing that was not told. */
  summary(report: Report): string;
}
