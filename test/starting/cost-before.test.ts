/** What runs of a test cost before stands in its plan where the platform tells, and nowhere else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, openWorld, type World } from '../faults/operations.ts';
import type { Rig } from '../faults/rigs.ts';
import { at, list, text } from '../support/data.ts';
import { NEEDED_TO_START } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';

const COST =
  /^One run of this test in its newest finished session cost [\d.]+ USD; (\d+) like it would be [\d.]+ USD\.$/;

describe.each(['futureagi', 'coval', 'synthflow', 'cognigy'] as const)('the plan of a start on %s', (vendor) => {
  let rig: Rig;
  let world: World;
  beforeAll(async () => {
    ({ rig, world } = await openWorld(vendor, { scale: 0 }));
  });
  afterAll(() => rig?.close());

  const notesOf = async (rigged: Pick<Rig, 'context'>) => {
    const args = { test: world.suite, dry_run: true, ...NEEDED_TO_START[vendor] };
    const { answer } = await call('start_simulation', args, rigged.context(noDeadline()));
    const plan = at(answer.data, 'plan');
    return { notes: list(at(plan, 'notes')).map(text), runs: Number(at(plan, 'runs')) };
  };

  it(
    vendor === 'futureagi' ? 'says what a run cost, and as many of them' : 'says nothing of what is not told',
    async () => {
      const { notes, runs } = await notesOf(rig);
      const said = notes.flatMap((note) => COST.exec(note) ?? []);
      if (vendor !== 'futureagi') return expect(said).toEqual([]);
      expect(Number(said[1])).toBe(runs);
    },
  );

  if (vendor === 'futureagi')
    it('names the test of each cost where several start', async () => {
      const { answer: listed } = await call(
        'list_tests',
        { provider: vendor, kind: 'suite' },
        rig.context(noDeadline()),
      );
      const [one = '', other = ''] = list(at(listed.data, 'tests')).map((test) => text(at(test, 'ref')));
      const args = { test: `${one},${other}`, dry_run: true };
      const { answer } = await call('start_simulation', args, rig.context(noDeadline()));
      const costs = list(at(at(answer.data, 'plan'), 'notes'))
        .map(text)
        .filter((note) => / cost /.test(note));
      expect(costs).toEqual([
        expect.stringContaining(`One run of ${one} in its newest`),
        expect.stringContaining(`One run of ${other} in its newest`),
      ]);
    });

  it('is made all the same where the sessions cannot be read', async () => {
    rig.front.spoil(async (exchange) => {
      const { url = '' } = exchange.incoming;
      if (/execution|sessions|runs\?|batches/.test(url))
        return exchange.send({ status: 500, headers: {}, body: Buffer.from('{}') });
      return exchange.send(await exchange.handle());
    });
    const through = await rig.through(rig.front.url);
    const { notes } = await notesOf(through);
    rig.front.spoil();
    await through.close();
    expect(notes.length).toBeGreaterThan(0);
    expect(notes.filter((note) => COST.test(note))).toEqual([]);
  });
});
