import { deepest, type Manager } from './manager.js';

/** `/htcondor/condor_var_lib_condor_execute_slot1_2@node7`, also below condor.service */
const slot = /^condor_.*?(slot\d{1,5}(?:_\d{1,5})?)(?:@.+)?$/;

export const htcondor: Manager = {
  kind: 'htcondor',
  identify(path) {
    const found = deepest(path, slot);
    return found && { at: found.at, detail: found.match[1]! };
  },
  describe: (_, detail) => `the HTCondor job in ${detail}`,
  owns: [
    {
      kind: 'htcondor',
      pattern: /\/condor_[^/]*?(slot\d{1,5}(?:_\d{1,5})?)(?:@[^/]*)?(?=\/|$)/,
      text: (name) => `HTCondor: it is the job in ${name}`,
      setLimit: (_, bytes) =>
        bytes === 'max'
          ? 'set CGROUP_MEMORY_LIMIT_POLICY = none; the condor_starter writes this cgroup'
          : `submit the job with request_memory = ${Math.ceil(bytes / 2 ** 20)}; the condor_starter writes this cgroup`,
      setNodes: () => 'bind the slot with ASSIGN_CPU_AFFINITY; the condor_starter writes this cgroup',
    },
  ],
};
