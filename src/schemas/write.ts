/** Writes the published JSON Schemas from the types that the code uses (npm run schemas). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';
import { jsonSchemas } from './json-schemas.js';

for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(join(packageRoot(), 'schemas', `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
}
