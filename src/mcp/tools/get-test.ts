import * as z from 'zod/v4';
import { countOrAbsent, testDetailSchema } from '../../model/schemas.ts';
import { unsupported } from '../../reading/reading.ts';
import { budgetFor, fit } from '../budget.ts';
import { clip } from '../clean.ts';
import { type DataOf, defineTool } from '../tool.ts';
import { testArgument } from './shared.ts';

export const getTest = defineTool({
  name: 'get_test',
  title: 'Get a test',
  description:
    'Success criteria and simulated caller of a case, or the cases of a suite; the agent it tests; which start_simulation arguments it takes.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({ test: testArgument }),
  output: z.object({
    test: testDetailSchema.extend({ criteria_omitted: countOrAbsent, members_omitted: countOrAbsent }),
  }),
  async run({ test: text }, { registry, signal }) {
    const { provider, ref } = await registry.resolve(text, ['suite', 'case']);
    if (!provider.tests) throw unsupported(provider, 'reading tests');
    const test = await provider.tests.get(ref.kind === 'suite' ? 'suite' : 'case', ref.ids, { signal });
    const caller = test.caller && clip(test.caller, 2_400);
    const criteria = test.success_criteria?.map((criterion) => clip(criterion, 400));
    const options =
      test.options &&
      Object.fromEntries(
        Object.entries(test.options).map(([name, meaning]) => [clip(name, 60), clip(meaning, 200)] as const),
      );
    const budget = budgetFor('digest', { ...test, caller, options, success_criteria: undefined, members: undefined });
    const listed = fit(criteria ?? [], budget * 0.45);
    const named = (test.members ?? []).slice(0, 60).map(({ ref, name }) => ({ ref, name: clip(name, 100) }));
    const members = fit(named, budget * 0.45).kept;
    return {
      test: {
        ...test,
        caller,
        options,
        success_criteria: criteria && listed.kept,
        criteria_omitted: listed.omitted,
        members: test.members && members,
        members_omitted: (test.members?.length ?? 0) - members.length + (test.members_omitted ?? 0),
      },
    };
  },
});

export type GetTest = DataOf<typeof getTest>;
