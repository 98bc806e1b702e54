import { z } from 'zod';
import { shown } from '../text/shown.js';
import { nearest, suggest } from './nearest.js';
import { keysOf } from './schema.js';

export interface Issue {
  path: PropertyKey[];
  text: string;
}

/** A file with more unknown keys than this is no playbook: the first are told. */
const mostUnknownKeys = 100;

/** What zod found, as sentences with a way out. A sentence starts with the key it is about. */
export function sayIssues(error: z.ZodError, schema: z.ZodType, data: unknown): Issue[] {
  const issues = error.issues as z.core.$ZodIssue[];
  const misspelt = new Set(issues.flatMap((issue) => meantKeys(issue, schema)));
  return issues
    .filter(({ path }) => valueAt(data, path) !== undefined || !misspelt.has(placeOf(path)))
    .flatMap((issue) => say(issue, schema, data));
}

/** The keys that unknown ones were probably meant to be: that these are missing is the same mistake. */
function meantKeys(issue: z.core.$ZodIssue, schema: z.ZodType): string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const known = keysOf(schemaAt(schema, issue.path));
  const meant = issue.keys.slice(0, mostUnknownKeys).flatMap((key) => nearest(key, known) ?? []);
  return meant.map((key) => placeOf([...issue.path, key]));
}

function placeOf(path: PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}

function say(issue: z.core.$ZodIssue, schema: z.ZodType, data: unknown): Issue[] {
  const { path } = issue;
  const key = nameOf(path);
  const value = valueAt(data, path);
  const one = (text: string): Issue[] => [{ path, text: `${key} ${text}` }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, mostUnknownKeys).map((unknown) => ({
        path: [...path, unknown],
        text: unknownKey(unknown, schemaAt(schema, path), path),
      }));
    case 'invalid_type':
      if (value === undefined) return one('is missing');
      if (value === null) return one('is empty: give it a value, or leave it out');
      return one(`must be ${kinds[issue.expected] ?? issue.expected}; it is ${shown(value)}`);
    case 'invalid_value': {
      const choices = issue.values.map(String);
      if (value === undefined) return one('is missing');
      const meant = typeof value === 'string' ? nearest(value, choices) : null;
      return one(
        `must be ${choices.length === 1 ? choices[0] : `one of ${choices.join(', ')}`}; it is ${shown(value)}${meant ? `: did you mean ${meant}?` : ''}`,
      );
    }
    case 'too_small':
      if (issue.origin === 'array' || issue.origin === 'string') return one('is empty: it needs at least one');
      return one(`must be at least ${issue.minimum}; it is ${shown(value)}`);
    case 'too_big':
      if (issue.origin === 'array' || issue.origin === 'string') return one(`is too long: at most ${issue.maximum}`);
      return one(`must be at most ${issue.maximum}; it is ${shown(value)}`);
    case 'invalid_union': {
      const own = issue.errors.flat().find(({ code, message }) => code === 'custom' && message);
      return value === undefined
        ? one('is missing')
        : one(own ? own.message : `is ${shown(value)}, which it cannot be`);
    }
    case 'invalid_key':
      return [{ path, text: `the name ${shown(path.at(-1))} ${issue.issues[0]?.message ?? 'is not allowed'}` }];
    default: {
      const message = issue.message;
      if (/^(must|is|needs|has|cannot|may|takes) /.test(message)) return one(`${message}; it is ${shown(value)}`);
      return [{ path, text: key ? `${key}: ${message}` : message }];
    }
  }
}

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values',
};

function unknownKey(key: string, schema: z.ZodType | null, path: PropertyKey[]): string {
  const place = path.length === 0 ? '' : ` of ${nameOf(path)}`;
  const name = key.slice(0, 60);
  const keys = keysOf(schema);
  return `${name} is no key${place}: ${keys.length > 0 ? suggest(name, keys) : 'leave it out'}`;
}

/** `steps.0` is "step 1", `steps.0.with.cgroup` is "cgroup". */
function nameOf(path: PropertyKey[]): string {
  const last = path.at(-1);
  if (typeof last === 'number')
    return path.at(-2) === 'steps' ? `step ${last + 1}` : `${nameOf(path.slice(0, -1))}, number ${last + 1},`;
  return last === undefined ? 'the playbook' : String(last).slice(0, 60);
}

function valueAt(data: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], data);
}

function schemaAt(schema: z.ZodType | null, path: PropertyKey[]): z.ZodType | null {
  let found = unwrap(schema);
  for (const key of path) {
    if (found instanceof z.ZodObject) found = unwrap((found.shape as Record<PropertyKey, z.ZodType>)[key] ?? null);
    else if (found instanceof z.ZodArray) found = unwrap(found.element as z.ZodType);
    else if (found instanceof z.ZodRecord) found = unwrap(found.valueType as z.ZodType);
    else return null;
  }
  return found;
}

function unwrap(schema: z.ZodType | null): z.ZodType | null {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return unwrap(schema.unwrap() as z.ZodType);
  return schema;
}
