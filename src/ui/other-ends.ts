import type { Diagnosis } from '../schemas/diagnosis.js';
import { block, clean } from './layout.js';
import { type Screen, styled } from './screen.js';
import { readTime } from './time.js';

const shown = 5;

const words: Record<Diagnosis['otherEnds'][number]['kind'], string> = {
  sigkill: 'ended by SIGKILL',
  'runtime-out-of-memory': 'ran out of its own memory',
  'service-oom-result': 'service ended for lack of memory',
  'container-oom-result': 'container ended for lack of memory',
};

/** Ends that are no kills of the kernel's own word: newest last in the log, newest first here. */
export function otherEndRows(screen: Screen, { otherEnds, otherEndsLeftOut }: Diagnosis): string[] {
  if (otherEnds.length === 0) return [];
  const newest = otherEnds.toReversed().slice(0, shown);
  const more = otherEnds.length - newest.length + otherEndsLeftOut;
  return [
    styled(screen, 'bold', "Other ends, not told by the kernel's OOM killer"),
    ...newest.flatMap(({ kind, who, time, means }) => {
      const at = readTime(time);
      const heading = [who === null ? null : clean(who), words[kind], at && `${at.day} ${at.clock}`];
      return [
        ...block(screen, heading.filter((text) => text !== null).join(', '), { indent: 2 }),
        ...block(screen, means, { indent: 4, style: 'dim' }),
      ];
    }),
    ...(more > 0 ? block(screen, `${more} more: in --json, or in the log`, { indent: 2, style: 'dim' }) : []),
  ];
}
