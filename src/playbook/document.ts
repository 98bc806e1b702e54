import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseAllDocuments } from 'yaml';

/** What is wrong with a playbook's text, and where. */
export interface Problem {
  /** 1-based */
  line: number;
  text: string;
}

/** A YAML file as plain data, with the line of each value. Only what JSON has too: no aliases, tags, merge keys. */
export interface Document {
  data: unknown;
  /** the line of the value at this path, or of the nearest thing above it */
  lineOf(path: readonly PropertyKey[]): number;
  problems: Problem[];
}

const maxBytes = 2 ** 20;
const maxDepth = 12;
/** No raw control or text-turning characters: a reviewer's screen must show what the file says. */
const unsafe = /[^\P{Cc}\n\r\t]|\r(?!\n)|[\p{Cf}\p{Cs}\u2028\u2029]/u;
/** Words that YAML would read as numbers (`incident: 70132291`), but a playbook means as text. */
const textKeys = new Set(['incident', 'machineId', 'name', 'nodes', 'title', 'why', 'summary', 'id']);

export function readDocument(source: string): Document {
  const text = source.replace(/^\ufeff/, '');
  const refused = (line: number, problem: string): Document => ({
    data: undefined,
    lineOf: () => line,
    problems: [{ line, text: problem }],
  });
  if (Buffer.byteLength(text) > maxBytes) return refused(1, 'it is larger than 1 MiB: that is no playbook');
  const bad = unsafe.exec(text);
  if (bad) {
    const code = bad[0].codePointAt(0)!.toString(16).padStart(4, '0');
    const line = text.slice(0, bad.index).split('\n').length;
    return refused(line, `it holds a control or hidden character (U+${code}): write it as an escape in double quotes`);
  }

  const lineCounter = new LineCounter();
  const lineAt = (offset: number | undefined) => Math.max(1, lineCounter.linePos(offset ?? 0).line);
  // uniqueKeys compares each key with each other one: done below in linear time
  const options = { lineCounter, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;
  const documents = parseAllDocuments(text, options);
  const first = 'empty' in documents ? undefined : documents[0];
  if (!first || first.contents === null)
    return refused(1, 'it is empty: see "undoom playbook show raise-cgroup-limit"');
  if (documents.length > 1) {
    const second = (documents as { range?: number[] }[])[1]!.range?.[0];
    return refused(lineAt(second), 'it holds a second YAML document: keep one playbook to a file');
  }
  const syntax = first.errors[0];
  if (syntax?.code === 'RESOURCE_EXHAUSTION') return refused(1, 'it is nested too deep for a playbook');
  if (syntax) return refused(lineAt(syntax.pos[0]), `it is not YAML: ${sentence(syntax.message)}`);
  if (first.directives?.yaml.explicit) return refused(1, 'it has a %YAML directive: leave it out');

  const problems: Problem[] = [];
  const offsets = new Map<string, number>();
  let data: unknown;
  try {
    data = plain(first.contents, [], 0);
  } catch (error) {
    if (error !== tooDeep) throw error;
  }
  return {
    data,
    problems,
    lineOf(path) {
      for (let length = path.length; length >= 0; length--) {
        const offset = offsets.get(JSON.stringify(path.slice(0, length).map(String)));
        if (offset !== undefined) return lineAt(offset);
      }
      return 1;
    },
  };

  function complain(offset: number | undefined, problem: string): undefined {
    problems.push({ line: lineAt(offset), text: problem });
  }

  function plain(node: Node | null, path: string[], depth: number): unknown {
    const offset = node?.range?.[0];
    const where = JSON.stringify(path);
    if (offset !== undefined && !offsets.has(where)) offsets.set(where, offset);
    if (node === null) return null;
    if (depth > maxDepth) {
      complain(offset, `it is nested too deep: a playbook has at most ${maxDepth} levels`);
      throw tooDeep;
    }
    if (isAlias(node)) return complain(offset, 'it uses an alias (*name): write the value out');
    if ('anchor' in node && node.anchor) return complain(offset, 'it uses an anchor (&name): leave it out');
    if (node.tag) return complain(offset, 'it uses a tag (!name): leave it out');
    if (isSeq(node)) return node.items.map((item, index) => plain(item as Node, [...path, String(index)], depth + 1));
    if (isMap(node)) return plainMap(node.items as Pair<Node, Node | null>[], path, depth);
    if (!isScalar(node)) return null;
    const { value } = node;
    if (typeof value !== 'number') return value;
    if (node.source && textKeys.has(path.at(-1) ?? '')) return node.source;
    if (!Number.isFinite(value))
      return complain(offset, `${node.source} is no number that a host can use: write a finite one`);
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      return complain(
        offset,
        `${node.source?.slice(0, 40)} is past 2^53 and would not be kept exactly: write max for no limit`,
      );
    }
    return value;
  }

  function plainMap(pairs: Pair<Node, Node | null>[], path: string[], depth: number): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    const seen = new Set<string>();
    for (const { key, value } of pairs) {
      const offset = key?.range?.[0];
      if (!isScalar(key) || (typeof key.value !== 'string' && typeof key.value !== 'number')) {
        complain(offset, isAlias(key) ? 'it uses an alias (*name): write the value out' : 'a key must be a plain word');
        continue;
      }
      const name = String(key.value);
      if (key.anchor || key.tag) complain(offset, 'a key carries an anchor or a tag: leave it out');
      else if (name === '<<') complain(offset, 'it uses a merge key (<<): write the values out');
      else if (name === '__proto__') complain(offset, 'it has an unknown key, __proto__: leave it out');
      else if (seen.has(name)) complain(offset, `it has the key "${name.slice(0, 40)}" twice: keep one`);
      else {
        seen.add(name);
        const inside = [...path, name];
        if (offset !== undefined) offsets.set(JSON.stringify(inside), offset);
        record[name] = plain(value, inside, depth + 1);
      }
    }
    return record;
  }
}

const tooDeep = Symbol('nested too deep');

/** The YAML library's message, as part of a sentence. */
function sentence(message: string): string {
  const first = message.split('\n')[0]!.replace(/[.:]$/, '');
  return first.charAt(0).toLowerCase() + first.slice(1, 200);
}
