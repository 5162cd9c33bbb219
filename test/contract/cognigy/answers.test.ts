/** Answers that no page of the vendor shows: to an update, and to a stop of what has ended. */
import { expect, it } from 'vitest';
import { ENDPOINTS } from '../../../src/providers/cognigy/endpoints.ts';
import { problemOf } from '../../support/problem-of.ts';
import { BOOKING, finished, openWorld, placeOf, scenarioNamed } from './harness.ts';

it.each(['scenario', 'nothing'] as const)('an update may be answered with %s', async (update_reply) => {
  const world = await openWorld({ update_reply });
  const { signal } = world.call;
  const id = await scenarioNamed(world, BOOKING);
  const answer = await world.author.updateScenario(id, { name: 'Book a check-up' });
  if (update_reply === 'nothing') expect(answer).toBeUndefined();
  else expect(answer).toMatchObject({ name: 'Book a check-up' });
  // What counts is what is read afterwards; the rest of the scenario stays.
  const read = await world.api.one(ENDPOINTS.getScenario, { params: { simulationReference: id }, signal });
  expect(read).toMatchObject({ name: 'Book a check-up', persona: expect.stringMatching(/\w/) });
  const fresh = world.connect().provider;
  expect((await fresh.tests.get('case', [id], world.call)).name).toBe('Book a check-up');
});

it.each([200, 400, 409] as const)('a stop of a batch that has ended (%i) changes nothing', async (stop_finished) => {
  const world = await openWorld({ stop_finished });
  const session = await finished(world);
  const before = await world.provider.sessions.get(session, world.call);
  expect(before.status).toBe('completed');
  const params = placeOf(session);
  const stopping = world.api.body(ENDPOINTS.stopBatch, { params, signal: world.call.signal });
  if (stop_finished === 200) await stopping;
  else expect((await problemOf(stopping)).details.vendor?.status).toBe(stop_finished);
  expect(await world.provider.sessions.get(session, world.call)).toEqual(before);
  // The tool's way does not even try.
  const sent = world.total();
  expect(await world.provider.cancel.session(session, world.call)).toBe('already_ended');
  expect(world.total() - sent).toBe(1);
});
