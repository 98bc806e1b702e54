import { expect, test } from 'vitest';
import { shortId } from '../../src/ui/incident-id.js';
import { incident } from './sample.js';

const of = (id: string, ...more: string[]) => incident({ id, reportIds: [id, ...more] });

test('the shortest beginning that no other incident has, of four digits at least', () => {
  const all = [of('7f3a2c91'), of('7f3a2d00'), of('aaaa0000', '7f3b1111'), of('bbbb0000', 'bbbb0001')];
  expect(all.map((one) => shortId(one, all))).toEqual(['7f3a2c', '7f3a2d', 'aaaa', 'bbbb']);
  const twins = [of('7f3a2c91'), of('cccc0000', '7f3a2c91')];
  expect(shortId(twins[0]!, twins)).toBe('7f3a2c91');
});

test('of thousands of incidents each is found in no time', () => {
  const all = Array.from({ length: 20_000 }, (_, index) => of((index * 211).toString(16).padStart(8, '0')));
  const before = process.cpuUsage();
  for (const one of all) shortId(one, all);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(3_000);
});
