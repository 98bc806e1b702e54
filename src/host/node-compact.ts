/** The file whose writing compacts one memory node (drivers/base/node.c); absent without CONFIG_NUMA. */
export function nodeCompactPath(node: number): string {
  return `/sys/devices/system/node/node${node}/compact`;
}
