import { createReportFinder, type FoundReport } from './find-reports.js';
import type { OtherEnds } from './other-ends.js';
import type { Source } from './report.js';
import { createLineReader } from './text.js';

const newline = 0x0a;
const longestLine = 1 << 20;

/** Bytes of which every report's first lines hold one: a chunk without any is not looked at closer, while no report is open. */
const needles = [
  'oom',
  'Out of ',
  'Kill',
  'page allocation',
  'OOM',
  'lowmem_reserve',
  'limit of ',
  '__CURSOR=',
  // what other programs log of ends that look like kills
  'OutOfMemory',
  'JavaScript heap',
  'Java Runtime Env',
  'runtime: out of',
  '9/KILL',
  '=137',
].map((word) => Buffer.from(word));

/** A log of any size, chunk by chunk: of it all, only the lines of reports are kept. */
export async function readStream(
  chunks: AsyncIterable<Buffer>,
  source: Source,
  referenceMs: number,
): Promise<{ found: FoundReport[]; otherEnds: OtherEnds; lines: number; error: Error | null }> {
  const finder = createReportFinder(source);
  const read = createLineReader(referenceMs);
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  let skipping = false;
  let error: Error | null = null;

  const lines = (block: Buffer) => {
    if (!needles.some((needle) => block.includes(needle)) && finder.rest()) {
      number += countLines(block);
      return;
    }
    for (const line of block.toString('utf8').split('\n').slice(0, -1)) {
      for (const record of read(line, ++number)) finder.push(record);
    }
  };

  try {
    for await (const chunk of chunks) {
      const last = chunk.lastIndexOf(newline);
      if (last < 0) {
        // a line that never ends is kept to its first part only
        if (rest.length < longestLine) rest = Buffer.concat([rest, chunk]);
        else skipping = true;
        continue;
      }
      lines(Buffer.concat([skipping ? dropTail(rest) : rest, chunk.subarray(0, last + 1)]));
      rest = Buffer.from(chunk.subarray(last + 1));
      skipping = false;
    }
  } catch (caught) {
    error = caught as Error;
  }
  if (rest.length > 0) lines(Buffer.concat([rest, Buffer.from([newline])]));
  for (const record of read.end()) finder.push(record);
  return { found: finder.end(), otherEnds: finder.otherEnds(), lines: number, error };
}

function dropTail(line: Buffer): Buffer {
  return line.subarray(0, longestLine);
}

function countLines(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(newline); at >= 0; at = block.indexOf(newline, at + 1)) count++;
  return count;
}
