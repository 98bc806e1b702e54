import { type CheckRule, unknownCheck } from '../check.js';

export const transparentHugePages: CheckRule = {
  id: 'transparent-huge-pages',
  run({ transparentHugePages: settings }) {
    const enabled = settings?.enabled ?? null;
    if (enabled === null) {
      return unknownCheck(
        'The setting could not be read; a kernel without transparent huge pages has none: cat /sys/kernel/mm/transparent_hugepage/enabled',
      );
    }
    const always = enabled === 'always';
    return {
      status: always ? 'warning' : 'ok',
      value: enabled,
      threshold: 'always',
      unit: null,
      text: always
        ? 'Transparent huge pages are given unasked (always): a process may hold more memory than it uses. Where memory is tight, madvise gives them only to those that ask'
        : `Transparent huge pages are set to ${enabled}`,
    };
  },
};
