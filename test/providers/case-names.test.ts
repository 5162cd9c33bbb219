/** Cases of a start may be given by name on every platform that takes them; what does not fit is answered with names and refs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isProblem } from '../../src/model/problem.ts';
import { call } from '../faults/operations.ts';
import { openRig, type Rig } from '../faults/rigs.ts';
import { at, list, text } from '../support/data.ts';
import { NEEDED_TO_START } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';

describe.each(['synthflow', 'coval', 'futureagi'] as const)('cases of %s', (vendor) => {
  let rig: Rig;
  let suite: string;
  let members: { ref: string; name: string }[];
  beforeAll(async () => {
    rig = await openRig(vendor, {});
    const context = rig.context(noDeadline());
    const listed = await call('list_tests', { kind: 'suite' }, context);
    suite = text(at(list(at(listed.answer.data, 'tests'))[0], 'ref'));
    const { answer } = await call('get_test', { test: suite }, context);
    members = list(at(at(answer.data, 'test'), 'members')).map((one) => ({
      ref: text(at(one, 'ref')),
      name: text(at(one, 'name')),
    }));
  });
  afterAll(() => rig?.close());

  const plan = async (...cases: string[]) => {
    const args = { test: suite, cases, dry_run: true, ...NEEDED_TO_START[vendor] };
    const { answer } = await call('start_simulation', args, rig.context(noDeadline()));
    return { ...Object(at(answer.data, 'plan')), test: undefined };
  };
  const refusal = (...cases: string[]) =>
    plan(...cases).then(
      () => undefined,
      (error: unknown) => (isProblem(error) ? error : undefined),
    );

  it('are the same by reference, by id, by name in any case, and by both at once', async () => {
    const [first] = members;
    if (!first) throw new Error('No case.');
    const wanted = await plan(first.ref);
    const id = decodeURIComponent(first.ref.split('/')[2] ?? '');
    for (const form of [id, first.name, ` ${first.name.toUpperCase()} `]) expect(await plan(form)).toEqual(wanted);
    expect(await plan(first.name, first.ref)).toEqual(wanted);
  });

  it('that fit no name are answered with the closest, each with its name', async () => {
    const [first] = members;
    const problem = await refusal(`${first?.name.slice(0, 12)} zzz`);
    expect(problem?.kind).toBe('not_found');
    expect(problem?.details.candidates?.[0]).toMatch(new RegExp(`^${vendor}/case/\\S+ ".+"$`));
  });

  it('are not chosen by a part of a name: what is chosen runs', async () => {
    const part = members[0]?.name.slice(0, -2) ?? '';
    expect(members.filter(({ name }) => name.includes(part))).toHaveLength(1);
    expect((await refusal(part))?.kind).toBe('not_found');
  });
});
