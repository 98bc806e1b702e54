import { deepest, type Manager, partsOf, unescapeUnit } from './manager.js';

/** `123.server`, `123[7].server` (of an array); in a slice its characters are escaped */
const job = /^(?:pbspro-|pbs-)?(\d{1,12}(?:\[\d{0,9}\])?\.[A-Za-z0-9_.-]+?)(?:\.slice)?$/;
const top = /^(?:pbs|pbspro|pbs_jobs|torque)(?:\.service|\.slice)?$/;

/** `/pbs_jobs.service/jobid/123.server`, `/pbspro.slice/pbspro-123.server.slice`, `/torque/123.server` */
export const pbs: Manager = {
  kind: 'pbs',
  identify(path) {
    const root = partsOf(path).findIndex((part) => top.test(part));
    const found = root < 0 ? null : deepest(unescapeUnit(path), job);
    if (!found || found.at <= root) return null;
    return { at: found.at, job: found.match[1]! };
  },
  describe: ({ job }) => `the PBS job ${job}`,
  owns: [
    {
      kind: 'pbs',
      pattern: /\/(?:pbs|pbspro|pbs_jobs|torque)(?:\.service|\.slice)?(?:\/.*)?\/((?:pbspro-|pbs-)?\d{1,12}[^/]*)/,
      text: (name) => `PBS: it is the job ${name.replace(/^pbs(?:pro)?-/, '').replace(/\.slice$/, '')}'s`,
      setLimit: (_, bytes) =>
        `submit the job ${bytes === 'max' ? 'without mem=' : `with -l mem=${Math.ceil(bytes / 2 ** 20)}mb`}; pbs_mom writes this cgroup`,
      setNodes: () => 'submit the job with another placement; pbs_mom writes this cgroup',
    },
  ],
};
