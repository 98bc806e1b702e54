export { identityOf } from './cgroup-identity.js';
export { isCgroupPath } from './cgroup-path.js';
export type { HostFiles } from './files.js';
export { liveFiles, treeFiles } from './live-files.js';
export { nodeCompactPath } from './node-compact.js';
export { openHost } from './open.js';
export { mapFiles, overlayFiles, type RecordedFiles, recordedFiles, recordFiles } from './other-files.js';
export {
  formatSnapshot,
  isSnapshotFile,
  isSnapshotStream,
  parseSnapshot,
  readSnapshotFile,
  type Snapshot,
} from './snapshot.js';
