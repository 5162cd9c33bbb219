import * as z from 'zod/v4';
import { testDetailSchema } from '../../model/schemas.ts';
import { unsupported } from '../../reading/reading.ts';
import { budgetFor, fit } from '../present/budget.ts';
import { clip } from '../present/clean.ts';
import { plural, testLine } from '../present/words.ts';
import { defineTool } from '../tool.ts';
import { testArgument } from './shared.ts';

export const getTest = defineTool({
  name: 'get_test',
  title: 'Get a test',
  description:
    'Success criteria and simulated caller of a case, or the cases of a suite; the agent it tests; which start_simulation arguments it takes.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  untrusted:
    'test.name, test.agent, test.caller, test.success_criteria, test.members[].name, test.language, test.options',
  input: z.strictObject({ test: testArgument }),
  output: z.object({ test: testDetailSchema }),
  async run({ test: text }, { registry, signal }) {
    const { provider, ref } = await registry.resolve(text, ['suite', 'case']);
    if (!provider.tests) throw unsupported(provider, 'reading tests');
    const test = await provider.tests.get(ref.kind === 'suite' ? 'suite' : 'case', ref.ids, { signal });
    const caller = test.caller && clip(test.caller, 2_400);
    const criteria = test.success_criteria?.map((criterion) => clip(criterion, 400));
    const budget = budgetFor('digest', { ...test, caller, success_criteria: undefined, members: undefined });
    const listed = fit(criteria ?? [], budget * 0.5);
    const shown = fit((test.members ?? []).slice(0, 60), budget * 0.5).kept;
    const omitted = (test.members?.length ?? 0) - shown.length + (test.members_omitted ?? 0);
    return {
      data: {
        test: {
          ...test,
          caller,
          success_criteria: criteria && listed.kept,
          members: test.members && shown,
          members_omitted: omitted || undefined,
        },
      },
      headline: `${test.kind} ${test.ref}${test.success_rule ? `; passes when ${test.success_rule} of its criteria hold` : ''}.${listed.omitted > 0 ? ` ${plural(listed.omitted, 'criterion', 'criteria')} not shown.` : ''}${omitted > 0 ? ` ${plural(omitted, 'case')} not shown: list_tests kind=case pages through them.` : ''}`,
      lines: [
        testLine(test),
        ...(caller ? [`caller: ${caller}`] : []),
        ...listed.kept.map((criterion, index) => `criterion ${index + 1}: ${criterion}`),
        ...(test.language ? [`language: ${clip(test.language, 60)}`] : []),
        ...shown.map((member) => `case ${member.ref} · "${clip(member.name, 100)}"`),
        ...Object.entries(test.options ?? {}).map(([name, meaning]) => `argument ${name}: ${clip(meaning, 200)}`),
      ],
      next: [`start_simulation test=${test.ref} dry_run=true plans a start and counts its runs`],
    };
  },
});
