/** `code` on sessions of all four platforms in the sandbox, with a model that reads well: what is coded is what went wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeSessions } from '../../../src/commands/code.ts';
import { readConfig } from '../../../src/config/config.ts';
import { createLog } from '../../../src/http/log.ts';
import { createRedactor } from '../../../src/http/secrets/redact.ts';
import { codedReading, readFailures } from '../../../src/mcp/mode-reading.ts';
import { openSession } from '../../../src/mcp/tools/shared.ts';
import type { Book } from '../../../src/modes/book.ts';
import { FAILS } from '../../../src/sandbox/engine/reasons.ts';
import { adjustedRand } from '../../analysis/clusters/agreement.ts';
import { bookInMemory } from '../../support/book.ts';
import { type InProcess, openInProcess, scaledSession } from '../../support/in-process.ts';
import { VENDORS } from '../../support/platforms.ts';
import { type FakeAnswer, fakeModel, groupedBy, KEY, newMode, type Question } from './fake-model.ts';

const RUNS = 60;

/** The sandbox's own defect behind a reason, by the judge's phrasing. */
const PHRASINGS = Object.entries(FAILS).flatMap(([cause, templates]) =>
  templates.map((template) => {
    const escaped = template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return { cause, pattern: new RegExp(`^${escaped.join('.+')}`, 's') };
  }),
);
const defect = (reason: string) => PHRASINGS.find(({ pattern }) => pattern.test(reason))?.cause;
const well = (question: Question): FakeAnswer => ({ code: groupedBy(question, ({ reason }) => defect(reason)) });

let world: InProcess;
const sessions = new Map<string, string>();
beforeAll(async () => {
  world = await openInProcess({ scale: RUNS });
  for (const provider of world.providers) sessions.set(provider.id, await scaledSession(provider, RUNS));
});
afterAll(() => world.close());

/** Runs `code` against a fake. */
async function code(
  session: string,
  answer: (question: Question, index: number) => FakeAnswer,
  {
    args = [],
    modes = bookInMemory(),
    env = {},
  }: { args?: string[]; modes?: ReturnType<typeof bookInMemory>; env?: object } = {},
) {
  const fake = await fakeModel('anthropic', answer);
  const settings = {
    AGENT_SIM_MODEL_URL: fake.url,
    AGENT_SIM_MODEL_NAME: 'reader-1',
    AGENT_SIM_MODEL_API: 'anthropic',
    AGENT_SIM_MODEL_KEY: KEY,
    ...env,
  };
  const redactor = createRedactor();
  redactor.register(KEY);
  let out = '';
  let notes = '';
  const exit = await codeSessions(
    readConfig(['code', '--session', session, ...args], settings),
    {
      registry: world.context.registry,
      changer: world.context.changer,
      modes,
      redact: redactor.redact,
      log: createLog('silent', redactor),
      settings: async () => ({ env: settings, names: [] }),
    },
    {
      out(text) {
        out += text;
      },
      note(text) {
        notes += `${text}\n`;
      },
    },
    { seams: { sleep: async () => {} } },
  );
  const book: Book = await (await modes()).read();
  return { exit, out, notes, book, modes, questions: fake.questions };
}

/** Defect and code of every failure of sessions. */
async function codesOf(session: string, modes: ReturnType<typeof bookInMemory>) {
  const context = { ...world.context, modes };
  const opened = await openSession(session, context);
  const { table, codes } = await codedReading(opened, await readFailures(opened, context), context);
  return table.groups.flatMap((group) =>
    group.failures.map((failure) => ({ defect: defect(group.reason) ?? '?', coding: codes.of(failure) })),
  );
}

describe.each(VENDORS)('a session of %s', (vendor) => {
  const session = () => sessions.get(vendor) ?? '';

  it('is coded as what went wrong, and a second time nothing is sent', async () => {
    const first = await code(session(), well);
    expect(first.notes).toMatch(/Sending to 127\.0\.0\.1:\d+ \(anthropic, model reader-1\): \d+ lines in \d+ batch/);
    expect(first.notes).toContain('The reasons leave this machine as they are');
    expect(first.exit).toBe(0);
    const codes = await codesOf(session(), first.modes);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.every(({ coding }) => coding?.by === 'model' || coding?.by === 'wording')).toBe(true);
    const found = codes.map(({ coding }) => coding?.mode ?? 'single');
    expect(
      adjustedRand(
        codes.map((one) => one.defect),
        found,
      ),
    ).toBe(1);

    const second = await code(session(), well, { modes: first.modes });
    expect([second.exit, second.questions.length]).toEqual([0, 0]);
    expect(second.notes).toContain('Nothing is sent.');
    expect(second.book).toEqual(first.book);
  });
});

describe('several sessions as one', () => {
  it('are coded each under its own agent, with one mode for one cause', async () => {
    const all = [...sessions.values()].join(',');
    const { exit, book, modes } = await code(all, well);
    expect(exit).toBe(0);
    expect(Object.keys(book.agents).length).toBeGreaterThanOrEqual(VENDORS.length);
    const codes = await codesOf(all, modes);
    expect(
      adjustedRand(
        codes.map((one) => one.defect),
        codes.map(({ coding }) => coding?.mode ?? 'single'),
      ),
    ).toBe(1);
  });
});

describe('what is sent', () => {
  const session = () => sessions.get('coval') ?? '';

  it('is nothing with --dry-run, without a model too', async () => {
    const { exit, out, questions, book } = await code(session(), well, { args: ['--dry-run'] });
    expect([exit, questions.length, book.agents]).toEqual([0, 0, {}]);
    expect(out).toMatch(/Nothing is sent\. It would be \d+ lines in \d+ batch(es)?, about \d+ tokens/);
    const unset = await code(session(), well, {
      args: ['--dry-run', '--json'],
      env: { AGENT_SIM_MODEL_URL: '', AGENT_SIM_MODEL_NAME: '' },
    });
    expect(unset.exit).toBe(0);
    expect(JSON.parse(unset.out)).toMatchObject({ dry_run: true, session: session() });
  });

  it.each([
    ['no URL', { AGENT_SIM_MODEL_URL: '' }, 'AGENT_SIM_MODEL_URL'],
    ['no name', { AGENT_SIM_MODEL_NAME: '' }, 'AGENT_SIM_MODEL_NAME'],
    ['an unknown format', { AGENT_SIM_MODEL_API: 'gemini' }, 'AGENT_SIM_MODEL_API'],
    ['a host in clear', { AGENT_SIM_MODEL_URL: 'http://llm.example' }, 'AGENT_SIM_MODEL_URL'],
  ])('is nothing where there is %s', async (_, env, named) => {
    const { exit, notes, questions } = await code(session(), well, { env });
    expect([exit, questions.length]).toEqual([2, 0]);
    expect(notes).toContain(named);
  });

  it('is masked where that was asked for', async () => {
    const plain = await code(session(), well);
    const masked = await code(session(), ({ rows }) => ({ code: { singles: rows.map(({ line }) => line) } }), {
      args: ['--masked'],
    });
    const reasons = (questions: readonly Question[]) =>
      questions.flatMap(({ rows }) => rows.map(({ reason }) => reason)).join('\n');
    expect(reasons(plain.questions)).toMatch(/["“][A-Z]/);
    expect(reasons(masked.questions)).not.toMatch(/"[A-Z]|\d/);
    expect(masked.notes).toContain('masked, as far as masking finds them');
  });

  it('is a sample where that was asked for: the same again, and the size is kept', async () => {
    const { exit, questions, book, notes } = await code(session(), well, { args: ['--sample', '15'] });
    expect(notes).toMatch(/1[0-5] lines in 1 batch/);
    expect(exit).toBe(0);
    expect(questions.flatMap(({ rows }) => rows).reduce((sum, { times }) => sum + times, 0)).toBe(15);
    const [entry] = Object.values(book.agents);
    expect(entry?.sessions[session()]?.sample).toBe(15);
  });

  it('is nothing of a session that is none', async () => {
    const { exit, questions, notes } = await code('coval/session/none', well);
    expect([exit, questions.length]).toEqual([2, 0]);
    expect(notes).not.toBe('');
  });
});

describe('what is left', () => {
  const session = () => sessions.get('coval') ?? '';

  it('is said with its reason, and the code is 3', async () => {
    const { exit, out, notes, book } = await code(session(), () => ({ say: 'I would rather not.' }));
    expect(exit).toBe(3);
    expect(notes).toMatch(/Batch 1: \d+ lines not coded\. Its answer could not be used: .*not one JSON object/);
    expect(out).toMatch(/Left: \d+ lines in 1 batch that could not be coded\./);
    expect(book.agents).toEqual({});
  });

  it('by the cap on tokens is said', async () => {
    const { exit, out, questions } = await code(session(), well, { args: ['--max-tokens', '500'] });
    expect([exit, questions.length]).toEqual([3, 0]);
    expect(out).toMatch(/Left: \d+ lines not asked about: the next batch could pass the cap of 500 tokens/);
  });

  it('where the key is not accepted is all, and the code is 2', async () => {
    const { exit, out, notes, questions } = await code(session(), () => ({
      act: (response) =>
        response
          .writeHead(401, { 'content-type': 'application/json' })
          .end(JSON.stringify({ error: { message: `Bad key ${KEY}` } })),
    }));
    expect([exit, questions.length]).toEqual([2, 1]);
    expect(notes).toContain('Check AGENT_SIM_MODEL_KEY.');
    expect(out + notes).not.toContain(KEY);
  });
});

describe('what others said', () => {
  it('stays: a mode that a person wrote keeps its words and its wordings, whatever the model says', async () => {
    const session = sessions.get('coval') ?? '';
    const { book } = await code(session, well);
    const [key = '', entry] = Object.entries(book.agents)[0] ?? [];
    if (!entry) throw new Error('nothing was coded');
    // Half of the modes become a person's, and what was coded by the model is forgotten.
    const ids = Object.keys(entry.modes).slice(0, 3);
    const person = Object.fromEntries(
      ids.map((id) => {
        const { seal: _, ...mode } = entry.modes[id] ?? {
          seal: '',
          title: '',
          definition: '',
          status: 'active' as const,
          by: 'person' as const,
          examples: [],
        };
        return [id, { ...mode, by: 'person' as const, definition: 'In words of a person.' }];
      }),
    );
    const before: Book = { ...book, agents: { [key]: { ...entry, modes: person, sessions: {} } } };
    const all = ({ rows }: Question): FakeAnswer => ({
      code: {
        new_modes: [
          newMode(
            'Everything',
            rows.map(({ line }) => line),
          ),
        ],
      },
    });
    const after = await code(session, all, { modes: bookInMemory(before) });
    expect(after.exit).toBe(0);
    for (const id of ids)
      expect(after.book.agents[key]?.modes[id]).toMatchObject({ ...person[id], last_seen: expect.anything() });
    const codes = await codesOf(session, after.modes);
    expect(codes.some(({ coding }) => ids.includes(coding?.mode ?? ''))).toBe(true);
  });
});

describe('the result as JSON', () => {
  it('has every failure with its mode, and no key', async () => {
    const { out, exit } = await code(sessions.get('synthflow') ?? '', well, { args: ['--json'] });
    const data = JSON.parse(out);
    expect(exit).toBe(0);
    expect(data).toMatchObject({ uncoded: 0, model: 'reader-1', untrusted: expect.arrayContaining(['modes[].title']) });
    expect(data.codings.length).toBe(data.failures);
    expect(data.codings[0]).toMatchObject({
      id: expect.stringMatching(/^F-/),
      mode: expect.stringMatching(/^M-|^single$/),
    });
    expect(out).not.toContain(KEY);
  });
});
