/** How work grows with its size, by the processor time it takes: a slow or busy machine is slow for both sizes. */

const ROUNDS = 5;
const TIMES = 8;
/** What takes less than this is not told from nothing. */
const LEAST_US = 200;

/**
 * The power with which the processor time of `work` grows with its size: 1 where it is linear, 2 where it is quadratic, 0
 * where the size does not matter. Measured at `size` and eight times that; the least of some rounds of each counts, as
 * everything else only adds.
 */
export async function growth(work: (size: number) => unknown, size: number): Promise<number> {
  const small: number[] = [];
  const large: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    small.push(await processorTime(() => work(size)));
    large.push(await processorTime(() => work(size * TIMES)));
  }
  return Math.log(Math.min(...large) / Math.max(Math.min(...small), LEAST_US)) / Math.log(TIMES);
}

async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
