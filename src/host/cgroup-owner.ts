import type { CgroupOwner } from './host.js';
import { managers } from './managers/index.js';

const nobody: CgroupOwner = { kind: 'nobody', name: null, text: 'nobody', setLimit: null, setNodes: null };
const rules = managers.flatMap(({ owns }) => owns);

/**
 * Who writes a cgroup's files, by what its path looks like.
 * @param path as the kernel prints it
 */
export function ownerOf(path: string, hasSystemd: boolean): CgroupOwner {
  for (const { kind, pattern, text, setLimit, setNodes, needsSystemd, endsHere } of rules) {
    const match = needsSystemd && !hasSystemd ? null : pattern.exec(path);
    if (!match) continue;
    const name = match[1] ?? kind;
    const below = endsHere ? path.slice(match.index + match[0].length) : '';
    // the owner's command would set another cgroup than this one
    const inside = `${text(name)} made ${below} inside itself: set it there`;
    return {
      kind,
      name,
      text: text(name),
      setLimit: (bytes) => (below ? inside : setLimit(name, bytes)),
      setNodes: (nodes) => (below ? inside : setNodes(name, nodes)),
    };
  }
  return nobody;
}
