import { z } from 'zod';
import { playbookFileSchema } from '../playbook/schema.js';
import { diagnosisSchema } from './diagnosis.js';
import { historySchema } from './history.js';
import { runSchema } from './run.js';

/** The published JSON Schemas, by file name; `npm run schemas` writes them, and a test compares them with what is committed. */
export function jsonSchemas(): Record<string, object> {
  const titled = (title: string, schema: z.ZodType) => ({ title, ...z.toJSONSchema(schema, { io: 'input' }) });
  return {
    diagnosis: titled('undoom diagnose --json', diagnosisSchema),
    run: titled('undoom run, fix and rollback --json', runSchema),
    history: titled('undoom history --json', historySchema),
    playbook: titled('An undoom playbook', playbookFileSchema),
  };
}
