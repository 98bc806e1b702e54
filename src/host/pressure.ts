// /proc/pressure/memory (kernel/sched/psi.c psi_show), shares of time in percent:
//   some avg10=0.00 avg60=0.00 avg300=0.00 total=0
//   full avg10=0.00 avg60=0.00 avg300=0.00 total=0
import type { Pressure } from './host.js';

/** null where the text is of another shape: a kernel without PSI answers with an error */
export function parsePressure(text: string): Pressure | null {
  const some = /^some avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) /m.exec(text);
  if (!some) return null;
  const full = /^full avg10=([\d.]+) /m.exec(text);
  return {
    someAvg10: Number(some[1]),
    someAvg60: Number(some[2]),
    someAvg300: Number(some[3]),
    fullAvg10: full ? Number(full[1]) : null,
  };
}
