/** A loop that no person attends: its client declines every question by itself, as `codex exec` and `claude -p` do. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { editFor, KNOWN_MODES, readReason } from '../../src/commands/demo-modes.ts';
import { type Answer, type Connected, connect, ERAS, type Era } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { ROOT } from '../support/root.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A server whose client answers every question by itself; `asked` counts them. */
async function unattended(era: Era, confirm: string, reply: 'decline' | 'cancel' = 'decline') {
  const folder = mkdtempSync(join(tmpdir(), 'agent-sim-unattended-'));
  const playbook = join(folder, 'playbook.md');
  copyFileSync(join(ROOT, 'src/sandbox/playbook.md'), playbook);
  const asked: string[] = [];
  const server = await connect({
    era,
    args: ['serve', '--sandbox', '--playbook', playbook, '--speed', '600', '--seed', '3'],
    env: { AGENT_SIM_CONFIRM: confirm },
    elicit: (message) => {
      asked.push(message);
      return reply;
    },
  });
  opened.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => server.close(),
  );
  return { server, playbook, asked };
}

async function bookings(server: Connected): Promise<string> {
  const { tests } = (await server.call('list_tests', { provider: 'synthflow', kind: 'suite' })).data;
  return text(
    at(
      list(tests).find((test) => /booking/i.test(text(at(test, 'name')))),
      'ref',
    ),
  );
}

/** 24 runs: more than may start without a yes. */
const wanted = (test: string, key: string) => ({ test, repeat: 3, key });

async function finished(server: Connected, start: Answer): Promise<string> {
  expect(start.data.outcome, start.text).toBe('started');
  const session = text(start.data.session);
  for (let tries = 0; tries < 20; tries += 1)
    if ((await server.call('wait_for_session', { session })).data.done === true) return session;
  throw new Error(`${session} has not ended.`);
}

describe.each(ERAS)('with client %s', (era) => {
  it('off: the loop ends in better, and no question is asked', async () => {
    const { server, playbook, asked } = await unattended(era, 'off');
    const test = await bookings(server);
    const before = await finished(server, await server.call('start_simulation', wanted(test, 'before')));
    const { data } = await server.call('list_failures', { session: before });
    const read = new Set(list(data.failures).map((line) => readReason(text(at(line, 'reason')))));
    let playbookText = readFileSync(playbook, 'utf8');
    for (const mode of KNOWN_MODES.filter((one) => read.has(one))) {
      const edit = editFor(playbookText, mode);
      if (edit) playbookText = playbookText.replace(edit.old, () => edit.new);
    }
    writeFileSync(playbook, playbookText);
    const after = await finished(server, await server.call('start_simulation', wanted(test, 'after')));
    const compared = await server.call('compare_sessions', { before, after });
    expect(compared.data.verdict, compared.text).toBe('better');
    expect(asked).toEqual([]);
  });

  it.each(['decline', 'cancel'] as const)(
    'person: a client that answers %s starts nothing, and the answer says what is so',
    async (reply) => {
      const { server, asked } = await unattended(era, 'person', reply);
      const refused = await server.call('start_simulation', wanted(await bookings(server), 'before'));
      expect(refused.isError).toBe(true);
      expect(refused.text).toContain('Nothing was sent');
      expect(refused.text).toContain('AGENT_SIM_CONFIRM');
      expect(refused.text).not.toMatch(/the person (?:asked )?(?:said|closed|declined)/i);
      expect(asked).toHaveLength(1);
    },
  );

  it('ask: what the operator can set is said, and no person is claimed to have spoken', async () => {
    const { server } = await unattended(era, 'ask');
    const refused = await server.call('start_simulation', wanted(await bookings(server), 'before'));
    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(/The client answered no.*AGENT_SIM_CONFIRM=off/s);
    expect(refused.text).not.toMatch(/person/i);
  });
});
