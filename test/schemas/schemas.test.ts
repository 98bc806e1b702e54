/** What scripts read is what is published: every document against the schema in schemas/, and the schemas against the code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { jsonSchemas } from '../../src/schemas/json-schemas.js';
import { makeState, root, undoom } from '../kernel/machine.js';

const published = (name: string) => JSON.parse(readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8'));
const ajv = new Ajv2020({ strict: false, allErrors: true });
const check = (name: string) => {
  const validate = ajv.compile(published(name));
  return (document: unknown) => {
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  };
};

test('what is committed is what the code says (npm run schemas)', () => {
  const names = readdirSync(join(root, 'schemas')).map((file) => file.replace('.schema.json', ''));
  expect(names.sort()).toEqual(Object.keys(jsonSchemas()).sort());
  for (const [name, schema] of Object.entries(jsonSchemas()))
    expect(published(name), name).toEqual(JSON.parse(JSON.stringify(schema)));
});

describe('diagnose --json', () => {
  const isDiagnosis = check('diagnosis');
  const folder = join(root, 'test', 'fixtures', 'reports');
  test.each(readdirSync(folder).filter((file) => file.endsWith('.log')))('%s', async (file) => {
    const { json, exit } = await undoom(['diagnose', join(folder, file), '--json']);
    expect(exit).toBe(0);
    isDiagnosis(json);
  });
  test('this host', async () => isDiagnosis((await undoom(['diagnose', '--json'])).json));
});

test('the five reports of the seed each give their cause', async () => {
  const causes = ['cgroup-limit', 'parent-cgroup-limit', 'global-memory', 'memory-node', 'fragmentation'];
  const files = readdirSync(join(root, 'test', 'fixtures', 'reports'))
    .filter((file) => /^seed-[1-5].*\.log$/.test(file))
    .sort();
  expect(files).toHaveLength(5);
  for (const [index, file] of files.entries()) {
    const { json } = await undoom(['diagnose', join(root, 'test', 'fixtures', 'reports', file), '--json']);
    expect(
      json.incidents.map(({ cause, confidence }: { cause: string; confidence: string }) => [cause, confidence]),
      file,
    ).toEqual([[causes[index], 'high']]);
  }
});

test('run, rollback, history and errors', async () => {
  const state = makeState();
  try {
    const isRun = check('run');
    isRun((await undoom(['run', 'compact-memory', '--dry-run', '--json'], { env: state.env })).json);
    isRun((await undoom(['run', 'compact-memory', '--yes', '--json'], { env: state.env })).json);
    isRun((await undoom(['run', 'no-such', '--json'], { env: state.env })).json);
    isRun((await undoom(['rollback', '--yes', '--json'], { env: state.env })).json);
    isRun((await undoom(['fix', '--dry-run', '--json'], { env: state.env })).json);
    check('history')((await undoom(['history', '--json'], { env: state.env })).json);
  } finally {
    state.remove();
  }
});

test('the built-in playbooks', () => {
  const isPlaybook = check('playbook');
  for (const file of readdirSync(join(root, 'playbooks')))
    isPlaybook(parse(readFileSync(join(root, 'playbooks', file), 'utf8')));
});
