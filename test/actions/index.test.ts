import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { actionNamed, actionNames, actions } from '../../src/actions/index.js';

const folder = new URL('../../src/actions/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

describe('the list', () => {
  test.each(files)('%s: what is an action is listed, in a file of its name', async (file) => {
    const found = Object.values(await import(new URL(file, folder).href)).filter(
      (value): value is { name: string } => typeof (value as { plan?: unknown })?.plan === 'function',
    );
    for (const action of found) {
      expect(actions).toContain(action);
      expect(file).toBe(`${action.name.replaceAll('.', '-')}.ts`);
    }
  });

  test('each has a file and a test of its own', () => {
    const tests = readdirSync(new URL('.', import.meta.url));
    for (const name of actionNames) {
      expect(files).toContain(`${name.replaceAll('.', '-')}.ts`);
      expect(tests).toContain(`${name.replaceAll('.', '-')}.test.ts`);
    }
  });

  test('names are found, and nothing else', () => {
    for (const action of actions) expect(actionNamed(action.name)).toBe(action);
    for (const name of ['', 'shell', '__proto__', 'constructor', 'Manual']) expect(actionNamed(name)).toBeNull();
    expect(new Set(actionNames).size).toBe(actionNames.length);
  });
});

describe.each(actions)('$name', (action) => {
  test('has an inverse exactly where it states what it expects to find', () => {
    expect(action.reversible).toBe(action.was !== null);
  });

  test.each([
    ['__proto__', '{"__proto__": {}}'],
    ['constructor', '{"constructor": {}}'],
    ['an unknown key', '{"undoom_unknown": 1}'],
  ])('refuses %s', (_name, json) => {
    const result = action.with.safeParse(JSON.parse(json));
    expect(result.success).toBe(false);
    const codes = result.error?.issues.map(({ code }) => code);
    expect(codes).toContain('unrecognized_keys');
  });
});
