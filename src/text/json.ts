/**
 * What --json prints. JSON.stringify leaves DEL, C1 controls and what turns or hides text as they are, and a terminal
 * acts on them: they stand as JSON's own escapes, so that a program reads the same.
 */
export function jsonText(value: unknown): string {
  return [...jsonParts(value)].join('');
}

/** The same in parts: a document of many thousand entries is never in memory as one text. */
export function* jsonParts(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    yield partOf(value, '');
    return;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  let open = '{';
  for (const [key, member] of members) {
    yield `${open}\n  ${partOf(key, '')}: `;
    if (Array.isArray(member) && member.length > 0) yield* entriesOf(member);
    else yield partOf(member, '  ');
    open = ',';
  }
  yield members.length === 0 ? '{}' : '\n}';
}

function* entriesOf(list: unknown[]): Generator<string> {
  for (const [index, entry] of list.entries()) {
    yield `${index === 0 ? '[' : ','}\n    ${partOf(entry ?? null, '    ')}`;
  }
  yield '\n  ]';
}

/** Its lines but the first behind `indent`: no line break of JSON's is part of a text. */
function partOf(value: unknown, indent: string): string {
  const text = JSON.stringify(value, null, 2);
  const placed = indent === '' ? text : text.replaceAll('\n', `\n${indent}`);
  return plain.test(placed) ? placed : placed.replace(unsafe, escaped);
}

const plain = /^[\x20-\x7e\n]*$/;
const unsafe = /[^\P{Cc}\n]|[\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu;

function escaped(characters: string): string {
  return Array.from({ length: characters.length }, (_, unit) => {
    return `\\u${characters.charCodeAt(unit).toString(16).padStart(4, '0')}`;
  }).join('');
}
