/** The text of `get_test`. */
import { nextCall } from '../../model/next-call.ts';
import { plural } from '../../model/plural.ts';
import { clip } from '../clean.ts';
import type { GetTest } from '../tools/get-test.ts';
import type { Rendering } from './rendering.ts';
import { testLine } from './words.ts';

export function presentGetTest({ test }: GetTest): Rendering {
  const { caller, success_criteria = [], success_rule, language, members = [], options = {}, start_needs = [] } = test;
  return {
    headline: [
      `${test.kind} ${test.ref}${success_rule ? `; passes when ${success_rule} of its criteria hold` : ''}.`,
      ...(test.criteria_omitted > 0 ? [`${plural(test.criteria_omitted, 'criterion', 'criteria')} not shown.`] : []),
      ...(test.members_omitted > 0
        ? [`${plural(test.members_omitted, 'case')} not shown: list_tests kind=case pages through them.`]
        : []),
    ].join(' '),
    lines: [
      testLine(test),
      ...(test.agent_ref === undefined ? [] : [`its agent: ${test.agent_ref}`]),
      ...(caller ? [`caller: ${caller}`] : []),
      ...success_criteria.map((criterion, index) => `criterion ${index + 1}: ${criterion}`),
      ...(language ? [`language: ${clip(language, 60)}`] : []),
      ...members.map((member) => `case ${member.ref} · "${member.name}"`),
      ...Object.entries(options).map(
        ([name, meaning]) => `argument ${name}${start_needs.includes(name) ? ' (needed)' : ''}: ${clip(meaning, 200)}`,
      ),
    ],
    next:
      start_needs.length > 0
        ? undefined
        : [nextCall('start_simulation', { test: test.ref, dry_run: true }, 'plans a start and counts its runs')],
  };
}
