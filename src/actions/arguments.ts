import { z } from 'zod';
import { isCgroupPath } from '../host/index.js';
import { parseBytes } from '../text/bytes.js';
import { formatList, parseList } from '../text/lists.js';

/** The smallest page of any architecture: no limit is below it. Where the host's are larger, the plan's bounds say so. */
const smallestPageBytes = 4096;

/** A cgroup as the kernel prints it. The root is never meant: it has no limit, and its nodes are the host's. */
export const cgroupSchema = z
  .string()
  .refine(isCgroupPath, 'is not a cgroup path: absolute, without "..", empty parts or control characters')
  .refine((path) => path !== '/', 'is the root cgroup, which is the whole host: name one below it');

/** A size as people write it, as bytes. */
export const sizeSchema = z.union([z.number(), z.string().max(40)]).transform((text, context) => {
  const bytes = parseBytes(text);
  if (bytes !== null) return bytes;
  context.addIssue({ code: 'custom', message: 'is not a size: write 512MiB, 1.5GiB or plain bytes', input: text });
  return z.NEVER;
});

export const newLimitSchema = z.union([
  z.literal('max'),
  sizeSchema.refine((bytes) => bytes >= smallestPageBytes, `is less than one page (${smallestPageBytes} bytes)`),
]);

/** A limit as it was found, which may be anything that the kernel takes. */
export const foundLimitSchema = z.union([z.literal('max'), sizeSchema]);

const listSchema = z.union([z.string().max(4096), z.number()]).transform((text, context) => {
  const numbers = parseList(String(text));
  if (numbers !== null) return formatList(numbers);
  context.addIssue({ code: 'custom', message: 'is not a list of nodes: write 0,2 or 0-3', input: text });
  return z.NEVER;
});

/** A list of nodes in the kernel's own form (`0-1,3`). YAML reads a bare 0 as a number. */
export const newNodesSchema = listSchema.refine((list) => list !== '', 'names no node');

/** v2: '' is "as the parent" */
export const foundNodesSchema = listSchema;

/** A whole number; a parameter that was filled in with --set comes as text. */
export function integerSchema(least: number, most: number) {
  return z
    .union([z.number(), z.string().regex(/^\d{1,16}$/, 'is not a whole number')])
    .transform(Number)
    .refine((value) => Number.isSafeInteger(value), 'is not a whole number')
    .refine((value) => value >= least && value <= most, `is not between ${least} and ${most}`);
}
