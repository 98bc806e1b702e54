export { identityOf } from './cgroup-identity.js';
export { type CgroupMembers, readMembers } from './cgroup-members.js';
export { isCgroupPath } from './cgroup-path.js';
export { type ContainerState, readContainerState } from './container-state.js';
export type { HostFiles } from './files.js';
export { liveFiles, treeFiles } from './live-files.js';
export { unescapeOctal } from './mountinfo.js';
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
export { isSystemUnit, readUnit, type UnitState } from './unit-state.js';
