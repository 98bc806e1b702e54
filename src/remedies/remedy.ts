import type { Host } from '../host/host.js';
import type { ParameterValues } from '../playbook/playbook.js';
import type { Cause, Incident } from '../schemas/diagnosis.js';

/**
 * From an incident to a proposal: one file for each built-in playbook. Pure: the same incident and the same host give
 * the same proposal.
 */
export interface RemedyMaker {
  /** the built-in playbook it fills in */
  playbook: string;
  causes: Cause[];
  /**
   * @param incident diagnosed, without its remedies
   * @param context what was diagnosed beside it, and earlier raises by undoom
   */
  propose(incident: IncidentFacts, context: RemedyContext): Proposal;
}

export type IncidentFacts = Omit<Incident, 'remedies' | 'notes'>;

export interface RemedyContext {
  /** null where the log is of another host and no copy of its /proc was given */
  host: Host | null;
  /** the limits that undoom itself set on a cgroup, newest last (from the journal), for the doubling rule */
  earlierRaises(cgroup: string): { fromBytes: number; toBytes: number }[];
}

/** `remedy: null` where it does not follow from this incident; `note` where a person should know why not, or what to do instead. */
export interface Proposal {
  remedy: {
    title: string;
    parameters: ParameterValues;
    /** the sum, in words: what was held, how much more, what the host keeps */
    why: string;
  } | null;
  note: string | null;
}
