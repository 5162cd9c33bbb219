/** Everything that agents of a project are asked and told, for tests that compare what is answered. */
import { PROJECT } from './support.ts';

type Ask = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;

interface Seen {
  _id: string;
  name?: string;
  type?: string;
  config?: Record<string, unknown>;
}

const MAIN = '/new/v2.0';
const query = `projectId=${PROJECT}`;

/** What each step was answered, in order. `wait` lets the clock run. */
export async function agentTour(ask: Ask, wait: (ms: number) => void): Promise<unknown[]> {
  const answers: unknown[] = [];
  const note = async (method: string, path: string, body?: unknown) => {
    const answer = await ask(method, `${path}${path.includes('?') ? '&' : '?'}${query}`, body);
    answers.push([method, path, answer.status, answer.body]);
    return answer.body;
  };
  const items = async (path: string): Promise<Seen[]> => {
    const body = await note('GET', `${MAIN}${path}`);
    return typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items) ? body.items : [];
  };
  await note('GET', '/v1/agents');
  await items('/locales');
  const [persona] = await items('/aiagents');
  for (const path of ['/endpoints', `/aiagents/${persona?._id}`, `/aiagents/${persona?._id}/jobs`]) await items(path);
  const long = { instructions: 'x'.repeat(1001) };
  for (const body of [{ contactProfilesOption: 'profileMemoriesOnly' }, long])
    await note('PATCH', `${MAIN}/aiagents/${persona?._id}`, body);
  await items(`/aiagents/${persona?._id}`);

  // The other flow: its text is nobody's file.
  const [, flow] = await items('/flows');
  await note('GET', `${MAIN}/flows/${flow?._id}/chart`);
  const nodes = `/flows/${flow?._id}/chart/nodes`;
  await items(nodes);
  const job = (await items(`/aiagents/${persona?._id}/jobs`)).at(-1)?._id ?? '5050d94b94a3bd6dc96b2d62';
  const read = await note('GET', `${MAIN}${nodes}/${job}`);
  await note('PATCH', `${MAIN}${nodes}/${job}`, { config: { temperature: 0.2, instructions: 'Be kind.' } });
  await note('GET', `${MAIN}${nodes}/${job}`);
  await note('PATCH', `${MAIN}${nodes}/${job}`, { preview: 'x' });
  if (typeof read === 'object' && read !== null && 'config' in read)
    await note('PATCH', `${MAIN}${nodes}/${job}`, { config: read.config, comment: 'Back.' });
  await note('GET', `${MAIN}${nodes}/${job}`);

  await note('POST', `${MAIN}/flows/${flow?._id}/clone`, { name: 'Mine' });
  const clone = (await items('/flows')).at(-1);
  await note('PATCH', `${MAIN}/flows/${clone?._id}`, { name: 'Ours' });
  for (const node of await items(`/flows/${clone?._id}/chart/nodes?limit=2`))
    await note('GET', `${MAIN}/flows/${clone?._id}/chart/nodes/${node._id}`);

  for (const name of ['Backup', 'Backup']) await note('POST', `${MAIN}/snapshots`, { projectId: PROJECT, name });
  wait(5_000);
  const [first, backup] = await items('/snapshots');
  await note('DELETE', `${MAIN}/snapshots/${first?._id}`);
  const restored = await note('POST', `${MAIN}/snapshots/${backup?._id}/restore`, { projectId: PROJECT });
  const task = typeof restored === 'object' && restored !== null && '_id' in restored ? restored._id : '';
  for (const ms of [0, 500, 5_000]) {
    wait(ms);
    await note('GET', `${MAIN}/tasks/${task}`);
  }
  await items('/flows');
  return answers;
}
