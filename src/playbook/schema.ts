/**
 * The playbook file, as zod sees it: the one source of its checks and of `schemas/playbook.schema.json`. What one
 * value decides about another (template or saved, an action's own arguments) is in `rules.ts`.
 */
import { z } from 'zod';
import { actionNamed, actionNames } from '../actions/index.js';
import { causeSchema, riskSchema } from '../schemas/diagnosis.js';

const text = z.string().min(1).max(8192);
const word = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be small letters, digits and hyphens, as raise-cgroup-limit');
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time, as "01:00"');
const size = z.union([z.number(), z.string()]);

export const parameterName = /^[a-z][a-z0-9_]{0,63}$/;

export const parameterSchema = z.strictObject({
  type: z.enum(['cgroup', 'unit', 'bytes', 'nodes', 'integer', 'text', 'choice']),
  title: text,
  optional: z.boolean().optional(),
  default: z.union([z.string(), z.number()]).optional(),
  min: size.optional(),
  max: size.optional(),
  choices: z.array(text).min(1).max(100).optional(),
});

export const windowSchema = z.strictObject({
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
  from: time,
  to: time,
  timezone: z.string().refine(isTimezone, 'must be a time zone, as Europe/Berlin'),
});

export const stepSchema = z.strictObject({
  id: word,
  title: text,
  action: z.string(),
  with: z.record(z.string(), z.unknown()).optional(),
  was: z.record(z.string(), z.unknown()).optional(),
  risk: riskSchema,
  why: text,
  playbook: word.optional(),
});

export const playbookFileSchema = z.strictObject({
  undoom: z.literal(1),
  name: word,
  title: text,
  host: z.strictObject({ name: text.nullable().optional(), machineId: text.nullable().optional() }).optional(),
  because: z.strictObject({ incident: text, cause: causeSchema, summary: text }).optional(),
  expires: z.string().refine(isDate, 'must be a date, as 2026-12-07').optional(),
  reusable: z.boolean().optional(),
  windows: z.array(windowSchema).min(1).max(100).optional(),
  for: z.array(causeSchema).min(1).optional(),
  parameters: z
    .record(z.string().regex(parameterName, 'must be small letters, digits and underscores'), parameterSchema)
    .optional(),
  hosts: z.array(text).min(1).max(1000).optional(),
  steps: z.array(stepSchema).min(1).max(100),
});

export type PlaybookFile = z.infer<typeof playbookFileSchema>;
export type StepFile = z.infer<typeof stepSchema>;

function isDate(date: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return false;
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The keys a schema knows, looked through what wraps an object; [] where it is none. */
export function keysOf(schema: z.ZodType | null): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** JSON Schema for editors: the file's own, and for each action the keys that its `with` and `was` know. */
export function playbookJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(playbookFileSchema, { io: 'input' });
  const steps = schema.properties as unknown as { steps: { items: { properties: object; allOf?: object[] } } };
  const { items } = steps.steps;
  items.properties = { ...items.properties, action: { type: 'string', enum: actionNames } };
  items.allOf = actionNames.map((name) => {
    const action = actionNamed(name)!;
    return {
      if: { properties: { action: { const: name } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
      then: { properties: { with: known(action.with), was: action.was ? known(action.was) : false } },
    };
  });
  return { title: 'An undoom playbook', ...schema };
}

function known(schema: z.ZodType): object {
  const keys = keysOf(schema);
  return {
    type: 'object',
    properties: Object.fromEntries(keys.map((key) => [key, {}])),
    additionalProperties: keys.length === 0,
  };
}
