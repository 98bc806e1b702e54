import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds undoom's package.json (and playbooks/, schemas/): from src/ as from a bundled dist/. */
export function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (packageName(folder) === 'undoom') return folder;
    if (folder === dirname(folder))
      throw new Error('undoom was moved out of its package: there is no package.json above it');
  }
}

function packageName(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name;
  } catch {
    return null;
  }
}
