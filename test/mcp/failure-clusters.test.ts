/** `get_failure_clusters` over a book: each failure is in one cluster, and the counts are those of the other tools. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess } from '../support/in-process.ts';
import { VENDORS } from '../support/platforms.ts';
import { factFaults } from './facts.ts';
import { formFaults } from './forms.ts';

let room: InProcess;
beforeAll(async () => {
  room = await openInProcess({ speed: 50 });
});
afterAll(() => room.close());

async function everyCluster(session: string): Promise<unknown[]> {
  const clusters: unknown[] = [];
  let cursor: unknown;
  do {
    const args = { session, limit: 100, ...(cursor === undefined ? {} : { cursor }) };
    const { data, text: said } = await room.answer('get_failure_clusters', args);
    const one = { tool: 'get_failure_clusters', args, text: said, data };
    expect([...formFaults(one), ...factFaults(one)]).toEqual([]);
    clusters.push(...list(data.clusters));
    cursor = data.next_cursor;
  } while (cursor !== undefined);
  return clusters;
}
const failuresIn = (clusters: readonly unknown[]) =>
  clusters.reduce((sum: number, one) => sum + Number(at(one, 'failures') ?? 0), 0);

describe.each(VENDORS)('clusters on %s', (vendor) => {
  it('speak in modes, then in what nobody has read, each failure once', async () => {
    const sessions = list((await room.answer('list_sessions', { provider: vendor, limit: 50 })).data.sessions);
    const done = sessions.filter((one) => at(one, 'status') === 'completed');
    const session = text(at(done.at(-1), 'ref'));

    const before = await everyCluster(session);
    const { data: listed } = await room.answer('list_failures', { session, limit: 150 });
    expect(failuresIn(before)).toBe(listed.total);
    expect(before.some((one) => at(one, 'source') === 'mode')).toBe(false);

    const [first, second, third] = list(listed.failures).map((one) => text(at(one, 'id')));
    const title = 'Says what the first two have in common';
    const mode = { title, definition: 'A definition.', source: 'test', fix_kind: 'test', fix: 'Mend the case.' };
    const saved = await room.answer('save_failure_modes', {
      session,
      modes: [{ ...mode, failures: [first, second] }],
      singles: [third],
    });

    const { data, text: said } = await room.answer('get_failure_clusters', { session });
    for (const name of ['coded', 'uncoded', 'singles'] as const) expect(data[name]).toEqual(saved.data[name]);
    expect(data.by_source).toEqual(saved.data.by_source);
    const [largest] = list(data.clusters);
    expect(largest).toMatchObject({
      source: 'mode',
      kind: 'failure',
      title,
      definition: 'A definition.',
      fix: 'Mend the case.',
      fix_kind: 'test',
      fault: 'test',
      new: true,
    });
    expect(text(at(largest, 'id'))).toMatch(/^M-/);
    expect(said).toContain('source test');
    expect(list(at(largest, 'evidence')).length).toBeGreaterThan(0);

    const after = await everyCluster(session);
    expect(failuresIn(after) + Number(data.singles)).toBe(listed.total);
    const sources = after.map((one) => text(at(one, 'source')));
    const order = ['mode', 'vendor', 'wording', 'platform'];
    expect(sources).toEqual([...sources].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    for (const one of after.filter((cluster) => at(cluster, 'source') === 'wording'))
      expect(text(at(one, 'id'))).toMatch(/^W-[0-9a-z]{8}$/);
  });
});
