/** The steps of a write, kept in memory instead of on the disk: for tests of what a provider writes. */
import type { Passage, Step } from '../../src/changing/application.ts';
import { recordedSteps } from '../../src/changing/steps.ts';
import { ownProcess } from '../../src/home/process-identity.ts';
import type { WriteSteps } from '../../src/providers/provider.ts';

export type KeptStep = Step;

export interface StepsInMemory extends WriteSteps {
  /** In the order in which they were first taken; a copy. */
  kept(): KeptStep[];
}

const nothing = async () => undefined;

/** `earlier`: the steps that an earlier call, whose process was killed perhaps, took of the same write. */
export function stepsInMemory(earlier: readonly KeptStep[] = []): StepsInMemory {
  const passage: Passage = {
    state: 'open',
    at: '',
    process: ownProcess(),
    mark: '',
    steps: structuredClone([...earlier]),
  };
  const steps = recordedSteps({ passage, record: nothing, settle: nothing, sleep: nothing, lookDelays: [0] });
  return { ...steps, kept: () => structuredClone(passage.steps) };
}
