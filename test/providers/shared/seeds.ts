/** Numbers drawn from a seed, the same on every machine. */
export interface Dice {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True with this probability. */
  chance(share: number): boolean;
  one<T>(first: T, ...others: T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

export function dice(seed: number): Dice {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    int,
    chance: (share) => next() < share,
    one: (first, ...others) => {
      const at = int(0, others.length);
      return at === 0 ? first : (others[at - 1] ?? first);
    },
    shuffled(items) {
      const all = [...items];
      for (let at = all.length - 1; at > 0; at -= 1) {
        const other = int(0, at);
        const [here, there] = [all[at], all[other]];
        if (here !== undefined && there !== undefined) [all[at], all[other]] = [there, here];
      }
      return all;
    },
  };
}
