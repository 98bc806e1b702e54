import type { Report } from '../kernel-log/report.js';

/** The base page: as the buddy lines show it, by the release's architecture, or a range that holds every one in use. */
export function pageSizes({ pageSizeBytes, kernel }: Report): { least: number; most: number } {
  if (pageSizeBytes !== null) return { least: pageSizeBytes, most: pageSizeBytes };
  const alwaysFour = kernel !== null && /x86_64|amd64|i[3-6]86|-pae\b/.test(kernel);
  return { least: 4096, most: alwaysFour ? 4096 : 65536 };
}

/** One number where a size is only told to people or compared in shares: pages of 4 kB unless the log says another size. */
export function pageSize(report: Report): number {
  return report.pageSizeBytes ?? 4096;
}

/** A system-wide count of Mem-Info in bytes; null where it was not printed. */
export function memInfoBytes(report: Report, key: string): number | null {
  const pages = report.memInfoPages?.[key];
  return pages === undefined ? null : pages * pageSize(report);
}

/** The memory the kernel manages, as the report tells it; null where it does not. */
export function ramBytes(report: Report): number | null {
  if (report.ramPages !== null) return (report.ramPages - (report.reservedPages ?? 0)) * pageSize(report);
  // Only the allowed nodes' zones are printed, so a sum of them is all of memory only where they hold all that is free.
  const elsewhere = freeElsewhereBytes(report);
  const free = memInfoBytes(report, 'free');
  if (elsewhere === null || free === null || elsewhere > 0.05 * free) return null;
  const sizes = report.zones.map(({ managedBytes, presentBytes }) => managedBytes ?? presentBytes);
  return sizes.every((size) => size !== null) ? sizes.reduce((sum, size) => sum + size, 0) : null;
}

/**
 * Free memory outside the zones that were printed. The first counts of Mem-Info are system-wide, while the zones are
 * those of the allowed nodes (show_free_areas of mm/show_mem.c): what is missing between the two lies elsewhere.
 */
export function freeElsewhereBytes(report: Report): number | null {
  const free = memInfoBytes(report, 'free');
  if (free === null || report.zones.length === 0) return null;
  return Math.max(0, free - report.zones.reduce((sum, zone) => sum + zone.freeBytes, 0));
}

/** What other nodes keep free in any case: about the high watermarks of as many zones as were printed. */
export function enoughElsewhere(report: Report): number {
  return report.zones.reduce((sum, { highBytes, minBytes }) => sum + (highBytes ?? 2 * (minBytes ?? 0)), 0);
}
