import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reportsFromRecords, reportsFromText } from '../../src/kernel-log/index.js';
import type { Source } from '../../src/kernel-log/report.js';

const folder = new URL('../fixtures/reports/', import.meta.url);
const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
const source = (name: string): Source => ({ kind: 'file', name, forgeable: true });
const referenceMs = Date.parse('2026-11-24T12:00:00Z');

describe('every fixture states its facts', () => {
  test.each(logs)('%s', (name) => {
    const truth = JSON.parse(readFileSync(new URL(name.replace('.log', '.json'), folder), 'utf8')) as {
      reports: object[];
    };
    const found = reportsFromText(readFileSync(new URL(name, folder), 'utf8'), source(name), referenceMs);
    expect(found.map(({ report }) => report)).toMatchObject(truth.reports);
    // what a snapshot keeps gives the same again
    const kept = JSON.parse(JSON.stringify(found.flatMap(({ records }) => records)));
    const again = reportsFromRecords(kept, source(name)).map(({ report }) => report.id);
    expect(again.sort()).toEqual(found.map(({ report }) => report.id).sort());
  });
});

test('one kill has one id, whatever carried it', () => {
  const ids = ['kmsg', 'dmesg', 'dmesg-T'].map((carrier) => {
    const text = readFileSync(new URL(`linux-6.18-${carrier}.log`, folder), 'utf8');
    return reportsFromText(text, source(carrier), referenceMs).map(({ report }) => report.id);
  });
  expect(ids[1]).toEqual(ids[0]);
  expect(ids[2]).toEqual(ids[0]);
  expect(new Set(ids[0]).size).toBe(2);
});
