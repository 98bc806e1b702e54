import type { HostFiles } from './files.js';
import type { HugePagePool, TransparentHugePages } from './host.js';
import { integer } from './malformed.js';

/** Each size's pool, by node where the kernel has nodes (Documentation/admin-guide/mm/hugetlbpage.rst). */
export function readHugePages(files: HostFiles): HugePagePool[] {
  const nodes = (files.list('/sys/devices/system/node') ?? []).filter((name) => /^node\d{1,5}$/.test(name));
  const byNode = nodes.flatMap((name) =>
    poolsIn(`/sys/devices/system/node/${name}/hugepages`, Number(name.slice(4)), files),
  );
  return byNode.length > 0 ? byNode : poolsIn('/sys/kernel/mm/hugepages', null, files);
}

function poolsIn(folder: string, node: number | null, files: HostFiles): HugePagePool[] {
  return (files.list(folder) ?? []).flatMap((name) => {
    const size = /^hugepages-(\d{1,12})kB$/.exec(name);
    const number = (file: string) => integer(files.read(`${folder}/${name}/${file}`)?.trim());
    const [total, free] = [number('nr_hugepages'), number('free_hugepages')];
    if (!size || total === null || free === null) return [];
    return [
      {
        node,
        sizeBytes: Number(size[1]) * 1024,
        total,
        free,
        surplus: number('surplus_hugepages'),
        path: `${folder}/${name}/nr_hugepages`,
      },
    ];
  });
}

const folder = '/sys/kernel/mm/transparent_hugepage';

/** `always [madvise] never`: the word in brackets is the choice. null where the kernel has none. */
export function readTransparentHugePages(files: HostFiles): TransparentHugePages | null {
  const paths = {
    enabled: `${folder}/enabled`,
    defrag: `${folder}/defrag`,
    khugepaged_defrag: `${folder}/khugepaged/defrag`,
    khugepaged_max_ptes_none: `${folder}/khugepaged/max_ptes_none`,
  };
  const enabled = files.read(paths.enabled);
  if (enabled === null) return null;
  return {
    enabled: chosenWord(enabled),
    defrag: chosenWord(files.read(paths.defrag)),
    khugepagedDefrag: integer(files.read(paths.khugepaged_defrag)?.trim()),
    khugepagedMaxPtesNone: integer(files.read(paths.khugepaged_max_ptes_none)?.trim()),
    paths,
  };
}

export function chosenWord(text: string | null): string | null {
  return /\[(\S+)\]/.exec(text ?? '')?.[1] ?? (text?.trim() || null);
}
