/**
 * Bytes of which every line that can begin a report, or that says more of one that ended, holds one: at most sixteen,
 * and `at` is where its fingerprint is (the bytes there, three on and six on), chosen so that other text has it seldom.
 * Needles of one group share a bit of the scan's tables: they are together where that makes the fewest false alarms, as
 * `npm run scan-needles` arranges them. `"MESSAGE":[` is a message that the journal prints as its bytes.
 */
export interface Needle {
  text: string;
  at: number;
}

/** A fingerprint is of the bytes that stand so far behind its place. */
export const fingerprint = [0, 3, 6];

export const needleGroups: Needle[][] = [
  [
    { text: 'Show State', at: 0 },
    { text: 'TaskOOM event', at: 4 },
    { text: 'Manual OOM execu', at: 7 },
    { text: 'oom_reaper: reap', at: 3 },
    { text: 'by the OOM kille', at: 7 },
    { text: 'OOM request igno', at: 0 },
    { text: 'OOM killer kille', at: 0 },
    { text: 'System OOM encou', at: 7 },
    { text: 'Show Memory', at: 0 },
    { text: 'OOMKilled', at: 0 },
  ],
  [
    { text: 'runtime: out of ', at: 1 },
    { text: 'xited (137)', at: 1 },
    { text: 'xitCode=137', at: 1 },
  ],
  [
    { text: 'no killable proc', at: 9 },
    { text: ': Kill process ', at: 4 },
    { text: 'Kernel panic - n', at: 4 },
    { text: 'due to swap used', at: 9 },
    { text: 'Java Runtime Env', at: 3 },
    { text: 'Killed process ', at: 4 },
    { text: ': kill process ', at: 4 },
  ],
  [
    { text: 'xit_code":137', at: 0 },
    { text: 'vmalloc: allocat', at: 0 },
    { text: 'due to memory us', at: 4 },
    { text: 'vmalloc error: s', at: 0 },
    { text: 'Movable free:', at: 2 },
    { text: 'due to memory pr', at: 4 },
    { text: 'constraint=CONST', at: 9 },
    { text: 'OutOfMemoryError', at: 2 },
  ],
  [
    { text: "result 'oom-kill", at: 1 },
    { text: 'result of limit ', at: 1 },
    { text: "Killing '", at: 2 },
    { text: 'Device free:', at: 1 },
    { text: 'earlyoom', at: 0 },
  ],
  [
    { text: 'kB, limit ', at: 1 },
    { text: ": Kill '", at: 1 },
    { text: 'to be killed due', at: 3 },
    { text: '"Kill \'', at: 0 },
  ],
  [
    { text: 'DMA free:', at: 2 },
    { text: 'DMA32 free:', at: 4 },
    { text: '"MESSAGE":[', at: 4 },
    { text: '"MESSAGE" : [', at: 4 },
    { text: 'HighMem free:', at: 6 },
    { text: 'Sending SIGKILL ', at: 8 },
    { text: '=9/KILL', at: 0 },
    { text: 'Normal free:', at: 5 },
  ],
  [
    { text: 'limit reached of', at: 9 },
    { text: 'page allocation ', at: 9 },
    { text: 'JavaScript heap ', at: 4 },
    { text: 'Sending SIGTERM ', at: 0 },
    { text: 'oom-killer', at: 2 },
    { text: '"dmesg": [', at: 2 },
  ],
];
