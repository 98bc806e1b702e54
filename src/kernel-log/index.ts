export { logsInFolder } from './files.js';
export { type FoundReport, reportsFromRecords } from './find-reports.js';
export { readKernelLog } from './read-kernel-log.js';
export type { LogRecord } from './record.js';
export { reportsFromText } from './text.js';
