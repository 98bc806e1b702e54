/**
 * A playbook in memory. One format: a template has `parameters`; a saved one has every parameter filled in and states
 * with `was` what each step expects to find. The file's schema and its rules are in `schema.ts`, reading in `load.ts`.
 */
import type { Cause, Risk } from '../schemas/diagnosis.js';

export interface Playbook {
  undoom: 1;
  name: string;
  title: string;
  /** saved: where it was made */
  host: { name: string | null; machineId: string | null } | null;
  because: { incident: string; cause: Cause; summary: string } | null;
  /** YYYY-MM-DD: the last day it may run, in the host's time */
  expires: string | null;
  reusable: boolean;
  windows: Window[];
  /** template only: the causes it answers */
  for: Cause[];
  parameters: Record<string, Parameter>;
  /** template only: host name patterns */
  hosts: string[] | null;
  steps: Step[];
  /** where it came from: the file, or the built-in's name */
  origin: { kind: 'file' | 'built-in' | 'diagnosis'; name: string };
}

export interface Window {
  days: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
  /** "01:00" */
  from: string;
  to: string;
  /** IANA name */
  timezone: string;
}

export interface Parameter {
  type: 'cgroup' | 'unit' | 'bytes' | 'nodes' | 'integer' | 'text' | 'choice';
  title: string;
  optional: boolean;
  default?: string | number;
  min?: number;
  max?: number;
  choices?: string[];
}

export interface Step {
  id: string;
  title: string;
  action: string;
  /** validated by the action's own schema once parameters are filled; `${name}` strings in a template */
  with: Record<string, unknown>;
  /** validated by the action's own schema; null in templates and for actions without inverse */
  was: Record<string, unknown> | null;
  risk: Risk;
  why: string;
  /** the built-in it came from, where a `fix` put several together */
  playbook: string | null;
}

export type ParameterValues = Record<string, string | number>;
