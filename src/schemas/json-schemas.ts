import { z } from 'zod';
import { playbookJsonSchema } from '../playbook/schema.js';
import { diagnosisSchema } from './diagnosis.js';
import { historySchema } from './history.js';
import { runSchema } from './run.js';

/** The published JSON Schemas, by file name; `npm run schemas` writes them, and a test compares them with what is committed. */
export function jsonSchemas(): Record<string, object> {
  return {
    diagnosis: { title: 'undoom diagnose --json', ...z.toJSONSchema(diagnosisSchema) },
    run: { title: 'undoom run, fix and rollback --json', ...z.toJSONSchema(runSchema) },
    history: { title: 'undoom history --json', ...z.toJSONSchema(historySchema) },
    playbook: playbookJsonSchema(),
  };
}
