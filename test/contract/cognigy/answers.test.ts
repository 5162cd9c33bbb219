/** Answers that no page of the vendor shows: to an update, and to a stop of what has ended. */
import { expect, it } from 'vitest';
import { BOOKING, finished, openWorld, problemOf, scenarioNamed } from './harness.ts';

it.each(['scenario', 'nothing'] as const)('an update may be answered with %s', async (update_reply) => {
  const world = await openWorld({ update_reply });
  const { signal } = world.call;
  const id = await scenarioNamed(world, BOOKING);
  const answer = await world.client.scenarios.update(id, { name: 'Book a check-up' }, signal);
  expect(answer?.name).toBe(update_reply === 'scenario' ? 'Book a check-up' : undefined);
  // What counts is what is read afterwards; the rest of the scenario stays.
  const read = await world.client.scenarios.get(id, signal);
  expect(read).toMatchObject({ name: 'Book a check-up', persona: expect.stringMatching(/\w/) });
  const fresh = world.connect().provider;
  expect((await fresh.tests.get('case', [id], world.call)).name).toBe('Book a check-up');
});

it.each([200, 400, 409] as const)('a stop of a batch that has ended (%i) changes nothing', async (stop_finished) => {
  const world = await openWorld({ stop_finished });
  const session = await finished(world);
  const [scenario = '', batch = ''] = session;
  const before = await world.provider.sessions.get(session, world.call);
  expect(before.status).toBe('completed');
  const stopping = world.client.batches.stop(scenario, batch, world.call.signal);
  if (stop_finished === 200) await stopping;
  else expect((await problemOf(stopping)).details.vendor?.status).toBe(stop_finished);
  expect(await world.provider.sessions.get(session, world.call)).toEqual(before);
  // The tool's way does not even try.
  const sent = world.total();
  expect(await world.provider.cancel.session(session, world.call)).toBe('already_ended');
  expect(world.total() - sent).toBe(1);
});
