import { scanModule } from './module.js';
import { fingerprint, type Needle, needleGroups } from './needles.js';

/** Room for a part of a log, and what can be told of it without decoding it. */
export interface Scanner {
  bytes: Buffer;
  /** @returns a place within the first needle between two line ends; -1 where there is none */
  find(from: number, to: number): number;
  countLines(from: number, to: number): number;
}

/** places that scan.wat gives to each thing */
const groupStarts = 128;
const firstNeedle = 256;
const needleSize = 48;
const log = 4096;
/** the scan reads this far behind the end */
const margin = 64;
const pageBytes = 65_536;

interface Exports {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
  find(from: number, to: number): number;
  countLines(from: number, to: number): number;
}

/** of WebAssembly, which no type library without a browser's declares */
interface Assembly {
  Module: new (bytes: Buffer) => object;
  Instance: new (module: object) => { exports: Exports };
}

export function createScanner(size: number): Scanner {
  try {
    return assembledScanner(size);
  } catch {
    // a Node without WebAssembly (--jitless), or without the address space for it (ulimit -v)
    return plainScanner(size);
  }
}

export function assembledScanner(size: number): Scanner {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: Assembly }).WebAssembly;
  const { memory, find, countLines } = new Instance(new Module(Buffer.from(scanModule, 'base64'))).exports;
  memory.grow(Math.ceil((log + size + margin) / pageBytes) - 1);
  lay(Buffer.from(memory.buffer));
  const at = (place: number) => (place < 0 ? place : place - log);
  return {
    bytes: Buffer.from(memory.buffer, log, size),
    find: (from, to) => at(find(from + log, to + log)),
    countLines: (from, to) => countLines(from + log, to + log),
  };
}

function lay(memory: Buffer): void {
  let place = firstNeedle;
  for (const [group, needles] of needleGroups.entries()) {
    memory.writeUInt32LE(place, groupStarts + 4 * group);
    for (const needle of needles) {
      addToTables(memory, group, needle);
      memory.writeUInt32LE(needle.at, place);
      const { length } = needle.text;
      memory.write(needle.text, place + 16, 'latin1');
      memory.fill(0xff, place + 32, place + 32 + length);
      place += needleSize;
    }
  }
  memory.writeUInt32LE(place, groupStarts + 4 * needleGroups.length);
}

function addToTables(memory: Buffer, group: number, { text, at }: Needle): void {
  for (const [index, distance] of fingerprint.entries()) {
    const byte = text.charCodeAt(at + distance);
    const low = 32 * index + (byte & 15);
    const high = 32 * index + 16 + (byte >> 4);
    memory[low]! |= 1 << group;
    memory[high]! |= 1 << group;
  }
}

/** The same in plain JavaScript, some twenty times slower. */
export function plainScanner(size: number): Scanner {
  const bytes = Buffer.alloc(size);
  const words = needleGroups.flat().map(({ text }) => text.replace(/[[\](){}.*+?^$|]/g, '\\$&'));
  const pattern = new RegExp(words.join('|'));
  return {
    bytes,
    find(from, to) {
      const found = bytes.toString('latin1', from, to).search(pattern);
      return found < 0 ? -1 : from + found;
    },
    countLines(from, to) {
      let count = 0;
      for (let at = bytes.indexOf(10, from); at >= 0 && at < to; at = bytes.indexOf(10, at + 1)) count++;
      return count;
    },
  };
}
