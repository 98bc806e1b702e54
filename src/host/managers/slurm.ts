import { deepest, type Manager, partsOf } from './manager.js';

/** v1 `/slurm/uid_1000/job_42/step_0/task_1` (a daemon's own: `/slurm_node7/…`); v2 `/system.slice/slurmstepd.scope/job_42/…` */
const top = /^(?:slurm(?:_.+)?|(?:.+_)?slurmstepd\.scope)$/;

export const slurm: Manager = {
  kind: 'slurm',
  identify(path) {
    const root = deepest(path, top);
    if (!root) return null;
    const below = partsOf(path).slice(root.at + 1);
    const named = (prefix: string) => below.find((part) => part.startsWith(`${prefix}_`))?.slice(prefix.length + 1);
    const [job, uid, step, task] = ['job', 'uid', 'step', 'task'].map(named);
    const parts = [step === undefined ? '' : `, step ${step}`, task === undefined ? '' : `, task ${task}`];
    return {
      at: root.at,
      job: /^\d{1,12}$/.test(job ?? '') ? job! : null,
      user: /^\d{1,10}$/.test(uid ?? '') ? Number(uid) : null,
      detail: parts.join(''),
    };
  },
  describe({ job, user }, detail) {
    if (job === null) return user === null ? 'all Slurm jobs of this host' : `all Slurm jobs of the user ${user}`;
    return `the Slurm job ${job}${detail}${user === null ? '' : ` (of the user ${user})`}`;
  },
  owns: [
    {
      kind: 'slurm',
      pattern: /\/(?:slurm(?:_[^/]*)?|[^/]*slurmstepd\.scope)(?:\/|$)(?:.*?(job_\d{1,12}))?/,
      text: (name) => (name === 'slurm' ? 'Slurm' : `Slurm: it is ${name.replace('_', ' ')}'s`),
      setLimit: (_, bytes) =>
        `submit the job with --mem=${bytes === 'max' ? 0 : `${Math.ceil(bytes / 2 ** 20)}M`}; slurmd writes this cgroup`,
      setNodes: () => 'submit the job with --mem-bind; slurmd writes this cgroup',
    },
  ],
};
