// Assembles src/kernel-log/scan/scan.wat into module.ts beside it: npm run scan-module, after a change of the first.
import { readFileSync, writeFileSync } from 'node:fs';
import loadAssembler from 'wabt';

const folder = new URL('../src/kernel-log/scan/', import.meta.url);

/** The TypeScript that holds the assembled module. */
export async function assembled(): Promise<string> {
  const { parseWat } = await loadAssembler();
  const module = parseWat('scan.wat', readFileSync(new URL('scan.wat', folder), 'utf8'), {
    simd: true,
    relaxed_simd: true,
  });
  module.validate();
  const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
  const lines = (base64.match(/.{1,110}/g) ?? []).map((line) => `  '${line}',`);
  return [
    '/** scan.wat, assembled by scripts/assemble-scan.ts: never edited by hand. */',
    'export const scanModule = [',
    ...lines,
    "].join('');",
    '',
  ].join('\n');
}

if (process.argv[1] === new URL(import.meta.url).pathname)
  writeFileSync(new URL('module.ts', folder), await assembled());
