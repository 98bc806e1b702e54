// /proc/PID/status (fs/proc/array.c proc_pid_status):
//   Name:	systemd
//   Uid:	0	0	0	0
//   RssAnon:	   11236 kB
export interface ProcessStatus {
  comm: string;
  uid: number | null;
  rssAnonBytes: number | null;
  rssFileBytes: number | null;
  rssShmemBytes: number | null;
  swapBytes: number | null;
}

/** null where it is no status. The name is the process's own choice: the kernel escapes line breaks in it. */
export function parseStatus(text: string): ProcessStatus | null {
  const name = /^Name:\t(.*)$/m.exec(text);
  if (!name) return null;
  const kilobytes = (key: string) => {
    const match = new RegExp(`^${key}:\\s+(\\d{1,15}) kB$`, 'm').exec(text);
    return match ? Number(match[1]) * 1024 : null;
  };
  const uid = /^Uid:\t(\d{1,10})\t/m.exec(text);
  return {
    comm: name[1]!,
    uid: uid ? Number(uid[1]) : null,
    rssAnonBytes: kilobytes('RssAnon'),
    rssFileBytes: kilobytes('RssFile'),
    rssShmemBytes: kilobytes('RssShmem'),
    swapBytes: kilobytes('VmSwap'),
  };
}
