let isSmall = false;

/**
 * For who reads much: has garbage collected once the heap is 1.4 times what is alive, not 2 to 4 times. While 100,000 runs
 * are read that keeps 20 to 120 MB less, in the same time; of small sessions it would cost a tenth of the time, and save
 * nothing. It counts from the next collection on.
 */
export function keepHeapSmall(): void {
  if (isSmall) return;
  isSmall = true;
  process.getBuiltinModule('node:v8').setFlagsFromString('--heap-growing-percent=40');
}
