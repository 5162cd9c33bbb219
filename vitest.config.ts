import { defineConfig } from 'vitest/config';

/** Folders of tests that run the built program, or take minutes. Every other folder of test/ is quick. */
export const THOROUGH = [
  'clients',
  'commands',
  'e2e',
  'faults',
  'fuzz',
  'packaging',
  'redteam',
  'secrets',
  'soak',
  'supply',
  'truth',
];

const thorough = THOROUGH.map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Guards against what hangs, not measures of anything: a busy machine may take many times what an idle one does.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: thorough,
          // They compute. Loading the sources anew for each file would take longer than most files do; what a module
          // keeps from one file to the next is to be mended in the module.
          maxWorkers: 2,
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'thorough',
          include: thorough,
          // They wait for processes.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
