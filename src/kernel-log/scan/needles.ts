/**
 * Bytes of which every line that can begin a report, or that says more of one that ended, holds one: at most sixteen,
 * and `at` is where its fingerprint is (the bytes there, three on and six on), chosen so that other text has it seldom.
 * Needles of one group share a bit of the scan's tables: they are together where that makes the fewest false alarms.
 */
export interface Needle {
  text: string;
  at: number;
}

export const needleGroups: Needle[][] = [
  [
    { text: 'OOM request igno', at: 0 },
    { text: 'DMA free:', at: 2 },
    { text: 'Kernel panic - n', at: 0 },
    { text: 'OOM killer kille', at: 0 },
    { text: 'OOMKilled', at: 1 },
  ],
  [
    { text: 'no killable proc', at: 5 },
    { text: 'vmalloc: allocat', at: 3 },
    { text: 'to be killed due', at: 3 },
    { text: 'by the OOM kille', at: 3 },
    { text: 'Java Runtime Env', at: 5 },
  ],
  [
    { text: 'Manual OOM execu', at: 4 },
    { text: 'due to swap used', at: 9 },
    { text: 'earlyoom', at: 1 },
    { text: 'System OOM encou', at: 2 },
    { text: 'Sending SIGTERM ', at: 8 },
  ],
  [
    { text: 'result of limit ', at: 5 },
    { text: 'due to memory us', at: 4 },
    { text: 'due to memory pr', at: 4 },
    { text: 'JavaScript heap ', at: 2 },
    { text: "result 'oom-kill", at: 6 },
  ],
  [
    { text: 'oom-killer', at: 3 },
    { text: ': Kill process ', at: 2 },
    { text: ': kill process ', at: 2 },
    { text: 'HighMem free:', at: 3 },
    { text: 'Killed process ', at: 2 },
    { text: 'limit reached of', at: 0 },
    { text: 'oom_reaper: reap', at: 3 },
    { text: ": Kill '", at: 1 },
    { text: '"Kill \'', at: 0 },
    { text: "Killing '", at: 2 },
  ],
  [
    { text: 'page allocation ', at: 2 },
    { text: 'Normal free:', at: 1 },
    { text: 'Movable free:', at: 2 },
    { text: 'vmalloc error: s', at: 0 },
    { text: 'runtime: out of ', at: 3 },
    { text: 'Sending SIGKILL ', at: 8 },
  ],
  [
    { text: 'constraint=CONST', at: 5 },
    { text: '"dmesg": [', at: 3 },
    // the journal prints a message that is no clean text as the list of its bytes
    { text: '"MESSAGE":[', at: 0 },
    { text: '"MESSAGE" : [', at: 0 },
    { text: 'OutOfMemoryError', at: 2 },
    { text: 'TaskOOM event', at: 0 },
  ],
  [
    { text: 'Show Memory', at: 0 },
    { text: 'Show State', at: 0 },
    { text: 'Device free:', at: 0 },
    { text: 'kB, limit ', at: 1 },
    { text: 'DMA32 free:', at: 0 },
    { text: '=9/KILL', at: 0 },
    { text: 'xitCode=137', at: 3 },
    { text: 'xit_code":137', at: 4 },
    { text: 'xited (137)', at: 2 },
  ],
];
