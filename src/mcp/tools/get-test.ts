import * as z from 'zod/v4';
import { testDetailSchema } from '../../model/schemas.ts';
import { unsupported } from '../../reading/reading.ts';
import { clip } from '../present/clean.ts';
import { testLine } from '../present/words.ts';
import { defineTool } from '../tool.ts';
import { testArgument } from './shared.ts';

export const getTest = defineTool({
  name: 'get_test',
  title: 'Get a test',
  description:
    'One test definition: the success criteria and the simulated caller of a case, or the cases of a suite, the agent it tests, and which start_simulation arguments it takes.',
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
    const shown = (test.members ?? []).slice(0, 60);
    const omitted = (test.members?.length ?? 0) - shown.length + (test.members_omitted ?? 0);
    return {
      data: {
        test: {
          ...test,
          caller: test.caller && clip(test.caller, 3_000),
          members: test.members && shown,
          members_omitted: omitted || undefined,
        },
      },
      headline: `${test.kind} ${test.ref}${test.success_rule ? `; passes when ${test.success_rule} of its criteria hold` : ''}.${omitted > 0 ? ` ${omitted} cases not shown: list_tests kind=case pages through them.` : ''}`,
      lines: [
        testLine(test),
        ...(test.caller ? [`caller: ${clip(test.caller, 3_000)}`] : []),
        ...(test.success_criteria ?? []).map((criterion, index) => `criterion ${index + 1}: ${clip(criterion, 400)}`),
        ...shown.map((member) => `case ${member.ref} · "${clip(member.name, 100)}"`),
        ...Object.entries(test.options ?? {}).map(([name, meaning]) => `argument ${name}: ${clip(meaning, 200)}`),
      ],
      next: [`start_simulation test=${test.ref} dry_run=true plans a start and counts its runs`],
    };
  },
});
