/** Failures are listed, coded between two pages, and runs are found by mode: each failure once, whatever is saved meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, list, text } from '../support/data.ts';
import { type InProcess, openInProcess, scaledSession } from '../support/in-process.ts';

const RUNS = 60;
let room: InProcess;
let session = '';
beforeAll(async () => {
  room = await openInProcess({ scale: RUNS });
  const [provider] = room.providers;
  if (!provider) throw new Error('no platform');
  session = await scaledSession(provider, RUNS);
});
afterAll(() => room.close());

const nextOf = async (tool: string, args: Record<string, unknown> = {}) =>
  list((await room.answer(tool, { session, ...args })).data.next).map(text);

describe('what to do next', () => {
  it('is the next page, then the turns of the first failure', async () => {
    const { data } = await room.answer('list_failures', { session, state: 'all', limit: 2 });
    const [page, turns] = list(data.next).map(text);
    expect(page).toContain(`list_failures session=${session} state=all limit=2 cursor=${data.next_cursor} `);
    expect(turns).toMatch(/^get_run run=/);
    const [filtered] = await nextOf('list_failures', { limit: 1, evaluation: 'e' });
    expect(filtered).toMatch(/^get_run run=/);
  });

  it('of a session is to read what nobody has read', async () => {
    expect((await nextOf('get_session'))[0]).toMatch(/^list_failures /);
  });
});

describe('the failures of a session', () => {
  it('come page by page, each once, while what was shown is coded', async () => {
    const seen: string[] = [];
    let alike = 0;
    let cursor: unknown;
    let page = 0;
    const { data: before } = await room.answer('list_failures', { session, state: 'all', limit: 1 });
    do {
      const { data } = await room.answer('list_failures', { session, ...(cursor === undefined ? {} : { cursor }) });
      const ids = list(data.failures).map((one) => text(at(one, 'id')));
      seen.push(...ids);
      alike += list(data.failures).reduce((sum: number, one) => sum + Number(at(one, 'alike') ?? 1), 0);
      page += 1;
      const mode = {
        title: `Cause of page ${page}`,
        definition: 'What one would mend',
        source: 'agent',
        failures: ids,
      };
      await room.answer('save_failure_modes', { session, modes: [mode] });
      cursor = data.next_cursor;
    } while (cursor !== undefined && page < 30);
    expect(page).toBeGreaterThan(1);
    expect(new Set(seen).size).toBe(seen.length);
    const { data } = await room.answer('list_failures', { session });
    expect(data).toMatchObject({ total: before.total, coded: before.total });
    expect(data.uncoded ?? 0).toBe(0);
    expect(alike).toBe(before.total);
    expect((await nextOf('get_session'))[0]).toMatch(/^get_failure_clusters /);
  });

  it('of a mode are in the runs that list_runs finds by its id and by its title', async () => {
    const { data, text: words } = await room.answer('list_failures', { session, state: 'coded', limit: 150 });
    const [mode] = list(data.modes);
    const [id, title] = [text(at(mode, 'id')), text(at(mode, 'title'))];
    const byId = await room.answer('list_runs', { session, mode: id, limit: 100 });
    const byTitle = await room.answer('list_runs', { session, mode: title.toUpperCase(), limit: 100 });
    expect(byId.data.total).toBe(at(mode, 'runs'));
    expect(byTitle.data.total).toBe(byId.data.total);
    expect(byId.data.mode).toMatchObject({ id, failures: at(mode, 'failures') });
    expect(byId.text).toMatch(/read by an assistant/);
    expect(words).toContain(`→ ${id} by assistant`);
    await expect(room.answer('list_runs', { session, mode: 'M-none' })).rejects.toThrow(/No failure mode/);
  });

  it('that were drawn are the same every time', async () => {
    const drawn = async () =>
      list((await room.answer('list_failures', { session, sample: 7, state: 'all' })).data.failures).map((one) =>
        at(one, 'id'),
      );
    expect(await drawn()).toEqual(await drawn());
  });
});
