/** What is offered for the id of a resource template is of the kind that the template names. */
import { expect, it } from 'vitest';
import { connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';

it('offers runs for templates of runs, and sessions for templates of sessions', async () => {
  const { client, call, close } = await connect();
  const sessions = await call('list_sessions', { provider: 'synthflow', limit: 1 });
  const session = text(at(list(sessions.data.sessions)[0], 'ref'));
  const runs = await call('list_runs', { session, limit: 3 });
  const idOf = (one: unknown) => text(at(one, 'ref')).split('/').at(-1);
  const offered = async (uri: string) => {
    const { completion } = await client.complete({
      ref: { type: 'ref/resource', uri },
      argument: { name: 'id', value: '' },
      context: { arguments: { provider: 'synthflow' } },
    });
    return completion.values;
  };
  const ofRun = await offered('simulation://{provider}/run/{id}/transcript');
  for (const run of list(runs.data.runs)) expect(ofRun).toContain(idOf(run));
  expect(ofRun).not.toContain(session.split('/').at(-1));
  expect(await offered('simulation://{provider}/session/{id}')).toContain(session.split('/').at(-1));
  await close();
});
