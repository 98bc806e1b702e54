/** Numbers that a seed decides alone (mulberry32), for whatever is too large to be drawn one value at a time. */
export interface Random {
  /** 0 to `below` - 1 */
  nat(below: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** true once in so many times */
  once(inTimes: number): boolean;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const nat = (below: number) => Math.floor(next() * below);
  return { nat, pick: (items) => items[nat(items.length)]!, once: (inTimes) => nat(inTimes) === 0 };
}
