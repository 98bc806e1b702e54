/** Why the kernel had to kill. Apart from the schemas, so that flags can list them without loading a schema library. */
export const causes = [
  'cgroup-limit',
  'parent-cgroup-limit',
  'global-memory',
  'memory-node',
  'fragmentation',
  'manual',
  'unknown',
] as const;
