/** How work grows with its size, by the processor time it takes: a slow or busy machine is slow for both sizes. */

const ROUNDS = 5;

/**
 * Times the processor time that `work` takes of `size` things goes up for `times` as many: about `times` where work is
 * linear, its square where it is quadratic. The least of some rounds of each counts, as everything else only adds.
 */
export async function growth(work: (size: number) => unknown, size: number, times = 8): Promise<number> {
  const [small, large] = [[Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY]];
  for (let round = 0; round < ROUNDS; round += 1) {
    small.push(await processorTime(() => work(size)));
    large.push(await processorTime(() => work(size * times)));
  }
  return Math.min(...large) / Math.max(Math.min(...small), LEAST_US);
}

/** What less than this takes, is not told from nothing. */
const LEAST_US = 200;

async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
