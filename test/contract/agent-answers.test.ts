/** Answers that name or hold something else than what was asked for: nothing of that is written, renamed or deleted. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import { parseRef } from '../../src/model/refs.ts';
import { PROJECT } from '../../src/sandbox/dialects/cognigy/world.ts';
import { openLiar } from './agent-lies-world.ts';

const FLOWS = `/new/v2.0/flows?limit=100&projectId=${PROJECT}`;
const records = z.object({ items: z.array(z.object({ _id: z.string(), referenceId: z.string() })) });

/** The id of the agent that has come since. */
async function newOf({ agents, call }: Awaited<ReturnType<typeof openLiar>>, before: readonly { ref: string }[]) {
  const { items } = await agents.list({ limit: 50 }, call);
  const added = items.find(({ ref }) => !before.some((one) => one.ref === ref));
  return parseRef(added?.ref ?? '')?.ids[0] ?? '';
}

const said = (promise: Promise<{ outcome?: string; message: string }>) =>
  promise.catch((error: { message: string }) => ({ outcome: 'thrown', message: error.message }));

describe('a copy that the answer names, and that was there before', () => {
  it('is not touched on Coval', async () => {
    const liar = await openLiar('coval');
    const { items } = await liar.agents.list({ limit: 50 }, liar.call);
    // Somebody has a copy of his own, of the same content.
    await liar.ask('POST', `/v1/agents/${liar.ids[0]}/duplicate`, { include_associations: false });
    const id = await newOf(liar, items);
    liar.spoil({
      shown: (body, { url }) => {
        if (!url.endsWith('/duplicate')) return body;
        const made = JSON.parse(body);
        return JSON.stringify({ agent: { ...made.agent, id } });
      },
    });
    const before = await liar.open([id]);
    const { change } = await liar.propose();
    liar.writes.length = 0;
    expect(await said(liar.apply(change, 'copy'))).toMatchObject({ outcome: 'unknown' });
    await said(liar.revert(change));
    expect(liar.writes.map(({ line }) => line)).toEqual([expect.stringContaining('/duplicate')]);
    const after = await liar.open([id]);
    expect(after.agent).toEqual(before.agent);
  });

  it('is not touched on Cognigy', async () => {
    const liar = await openLiar('cognigy');
    const { items } = await liar.agents.list({ limit: 50 }, liar.call);
    await liar.open();
    const { items: flows } = records.parse(await liar.ask('GET', FLOWS));
    const flow = flows.find(({ referenceId }) => referenceId === liar.ids[0]);
    await liar.ask('POST', `/new/v2.0/flows/${flow?._id}/clone`);
    const reference = await newOf(liar, items);
    const { items: more } = records.parse(await liar.ask('GET', FLOWS));
    const own = more.find(({ referenceId }) => referenceId === reference);
    liar.spoil({
      shown: (body, { url, method }) =>
        method === 'POST' && /\/clone/.test(url) ? JSON.stringify({ ...JSON.parse(body), ...own }) : body,
    });
    const before = await liar.open([reference]);
    const { change } = await liar.propose();
    liar.writes.length = 0;
    const answer = await said(liar.apply(change, 'copy'));
    expect(answer.outcome).toBe('saved');
    expect(liar.writes.some(({ line }) => line.includes(own?._id ?? '?'))).toBe(false);
    expect((await liar.open([reference])).agent).toMatchObject({ name: before.agent.name, parts: before.agent.parts });
    await liar.revert(change);
    expect((await liar.open([reference])).agent).toMatchObject({ name: before.agent.name, parts: before.agent.parts });
  });
});

describe('a record of another id than the one that was asked for', () => {
  it.each([
    ['cognigy', /\/chart\/nodes\/[^/]+$/, '_id'],
    ['cognigy', /\/aiagents\/[^/]+$/, '_id'],
    ['coval', /\/agents\/[^/]+$/, 'id'],
    ['synthflow', /\/assistants\/[^/]+$/, 'model_id'],
    ['futureagi', /\/versions\/$/, 'original_template'],
  ] as const)('is not shown on %s (%s), and nothing is written', async (vendor, path, member) => {
    const liar = await openLiar(vendor);
    const { change } = await liar.propose();
    const other = 'ffffffffffffffffffffff01';
    liar.spoil({
      shown: (body, { url, method }) =>
        method === 'GET' && path.test(url.split('?')[0] ?? '')
          ? body
              .replace(new RegExp(`"${member}":"[^"]+"`), `"${member}":"${other}"`)
              .replace(/"referenceId":"[^"]+"/, '"referenceId":"x"')
          : body,
    });
    liar.writes.length = 0;
    const answer = await said(liar.apply(change, 'live'));
    expect(answer.message).toMatch(/another|not what|cannot be read|understood|not be read/i);
    expect(liar.writes).toEqual([]);
  });
});

describe('a prompt of Future AGI', () => {
  const spoilt = async (shown: (body: string, url: string) => string) => {
    const liar = await openLiar('futureagi');
    liar.spoil({ shown: (body, { url, method }) => (method === 'GET' ? shown(body, url) : body) });
    return (await liar.open()).agent;
  };

  it('with two default versions has no live target, and nobody is said to get either', async () => {
    const agent = await spoilt((body, url) =>
      url.includes('/versions/') ? body.replaceAll('"is_default":false', '"is_default":true') : body,
    );
    expect(agent.targets.map(({ target }) => target)).toEqual(['draft']);
    expect(agent.notes[0]).toContain('several versions');
  });

  it('whose metadata is told nowhere has no live target: a draft would lose it', async () => {
    const agent = await spoilt((body) => body.replace(/"metadata":(\{[^}]*\}|null),?/g, ''));
    expect(agent.targets.map(({ target }) => target)).toEqual(['draft']);
  });
});

describe('a copy of Cognigy', () => {
  it('is not said to be discarded where its flow is not seen in a list that is not whole', async () => {
    const liar = await openLiar('cognigy');
    const { change } = await liar.propose();
    const { agent } = await liar.apply(change, 'copy');
    const [reference = ''] = parseRef(agent ?? '')?.ids ?? [];
    liar.spoil({
      shown: (body, { url }) => {
        if (!/\/flows\?/.test(url)) return body;
        const page = JSON.parse(body);
        return JSON.stringify({
          ...page,
          items: page.items.filter((one: { referenceId: string }) => one.referenceId !== reference),
        });
      },
    });
    liar.writes.length = 0;
    const answer = await said(liar.revert(change));
    expect(answer).not.toMatchObject({ outcome: 'saved', verified: true });
    liar.spoil();
    expect((await liar.open([reference])).agent.copy_of_change).toBe(change);
  });
});
