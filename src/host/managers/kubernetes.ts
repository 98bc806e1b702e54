import { deepest, type Manager, partsOf, short, type Told } from './manager.js';

/** with a --cgroup-root: /kubelet.slice/kubelet-kubepods.slice */
const top = /^(?:.*-)?kubepods(?:\.slice)?$/;
/** cgroupfs `burstable`, systemd `kubepods-burstable.slice` */
const qosClass = /^(?:.*kubepods-)?(besteffort|burstable|guaranteed)(?:\.slice)?$/;
/** cgroupfs `podUID`; systemd `kubepods-burstable-podUID.slice`, where hyphens are underscores; a static pod's is a hash */
const pod =
  /^(?:.*kubepods-)?(?:(besteffort|burstable|guaranteed)-)?pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?:\.slice)?(?::(cri-containerd|crio):([0-9a-f]{12,64}))?$/;
const container = /^(?:(docker|cri-containerd|crio)-)?([0-9a-f]{64})(?:\.scope)?$/;
const runtimes: Record<string, string> = { docker: 'docker', 'cri-containerd': 'containerd', crio: 'cri-o' };

/** The kubelet's pods, through either cgroup driver and any runtime; the deepest one, as kind and minikube nest them. */
export const kubernetes: Manager = {
  kind: 'kubernetes',
  identify(path) {
    const found = deepest(path, pod);
    if (found) return identifyPod(found);
    const root = deepest(path, top) ?? deepest(path, /^.*kubepods-(?:besteffort|burstable)\.slice$/);
    if (!root) return null;
    const parts = partsOf(path);
    const name = qosClass.exec(parts.at(-1)!)?.[1] ?? null;
    return { at: parts.length - 1, container: null, runtime: null, qosClass: name, detail: 'all' };
  },
  describe(identity, detail) {
    const { pod, podNamespace, podUid, qosClass, container, containerName, runtime } = identity;
    if (detail === 'all') return `all ${qosClass === null ? '' : `${qosClass} `}pods of this Kubernetes node`;
    const name = pod === null ? podUid : `${podNamespace === null ? '' : `${podNamespace}/`}${pod}`;
    const whose = `the ${qosClass === null ? '' : `${qosClass} `}Kubernetes pod ${name}`;
    if (container === null) return whose;
    const what = containerName === null ? short(container) : `${containerName} (${short(container)})`;
    return `the container ${what} of ${whose}${runtime === null ? '' : `, in ${runtime}`}`;
  },
  owns: [
    {
      kind: 'kubelet',
      pattern: /\/((?:[^/]*-)?kubepods(?:-[^/]*)?(?:\.slice)?)(?:[/:]|$)/,
      text: () => "the kubelet: it is a Kubernetes pod's",
      setLimit: (_, bytes) =>
        `${bytes === 'max' ? 'take resources.limits.memory of the container out of' : `set resources.limits.memory of the container to ${bytes} in`} its manifest, and apply it; the kubelet writes this cgroup again`,
      setNodes: () => "set the kubelet's memory manager policy; the kubelet writes this cgroup again",
    },
  ],
};

function identifyPod({ at, match, parts }: NonNullable<ReturnType<typeof deepest>>): Told {
  const [, ownClass, uid, besideRuntime, beside] = match;
  const below = container.exec(parts[at + 1] ?? '');
  const runtime = besideRuntime ?? below?.[1];
  return {
    at: below ? at + 1 : at,
    podUid: uid!.replaceAll('_', '-'),
    // guaranteed pods lie beside the two classes, without one in the path
    qosClass: ownClass ?? qosClass.exec(parts[at - 1] ?? '')?.[1] ?? 'guaranteed',
    container: beside ?? below?.[2] ?? null,
    runtime: runtime === undefined ? null : runtimes[runtime]!,
  };
}
