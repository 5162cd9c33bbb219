/** The steps of a write in memory, as `changing/` keeps them on the disk: for tests of what a provider writes. */
import { isProblem, Problem } from '../../src/model/problem.ts';
import type { StepResult, WriteSteps } from '../../src/providers/provider.ts';

export interface KeptStep {
  name: string;
  /** `sent`: it left, or may have left, and no answer is known. */
  state: 'sent' | 'done' | 'refused';
  result?: StepResult | undefined;
}

export interface StepsInMemory extends WriteSteps {
  /** In the order in which they were first taken; a copy. */
  kept(): KeptStep[];
}

/** `earlier`: the steps that an earlier call, whose process was killed perhaps, took of the same write. */
export function stepsInMemory(earlier: readonly KeptStep[] = []): StepsInMemory {
  const steps = new Map(earlier.map((step) => [step.name, { ...step }]));
  return {
    kept: () => [...steps.values()].map((step) => ({ ...step })),
    async once(name, send, find) {
      const known = steps.get(name);
      if (known?.state === 'done') return known.result ?? {};
      const step: KeptStep = known ?? { name, state: 'sent' };
      const done = (result: StepResult): StepResult => {
        Object.assign(step, { state: 'done', result });
        return result;
      };
      if (known?.state !== 'sent') {
        step.state = 'sent';
        steps.set(name, step);
        try {
          return done(await send());
        } catch (error) {
          const sent = isProblem(error) ? error.details.sent : undefined;
          if (sent === 'no') steps.delete(name);
          if (sent === 'yes') step.state = 'refused';
          if (sent === 'no' || sent === 'yes') throw error;
        }
      }
      const found = await find();
      if (found) return done(found);
      throw new Problem('timeout', 'The answer was lost, and nothing of it is found.', { sent: 'unknown' });
    },
  };
}
