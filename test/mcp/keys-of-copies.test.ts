/** Whose failure modes a session uses: those of the agent that a copy was made of; and what is said where it is not known. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keysFor } from '../../src/mcp/mode-keys.ts';
import { codedIn, type FailureReading, readFailures } from '../../src/mcp/mode-reading.ts';
import { openSessions, resolveSessions } from '../../src/mcp/tools/shared.ts';
import { Problem, type ProblemKind } from '../../src/model/problem.ts';
import { type Book, emptyBook } from '../../src/modes/book.ts';
import type { Opened } from '../../src/reading/reading.ts';
import { bookOf, entryOf } from '../modes/books.ts';
import { type InProcess, openInProcess } from '../support/in-process.ts';
import { noChanges } from '../support/no-changes.ts';

const ORIGIN = 'futureagi/agent/origin';

let world: InProcess;
let opened: Opened;
let reading: FailureReading;
let agent = '';
beforeAll(async () => {
  world = await openInProcess();
  const provider = world.providers.find(({ id }) => id === 'futureagi');
  const { signal } = world.context;
  const sessions = (await provider?.sessions?.list({ limit: 50, status: 'completed' }, { signal }))?.items ?? [];
  const session = sessions.find(({ agent_ref, counts }) => agent_ref !== undefined && counts.runs > 4);
  agent = session?.agent_ref ?? '';
  opened = await openSessions(await resolveSessions(session?.ref ?? '', world.context), world.context);
  reading = await readFailures(opened, world.context);
});
afterAll(() => world.close());

const copyOf = (origin: string) => noChanges({ originOf: async (ref) => (ref === agent ? origin : undefined) });

describe('a session whose agent is a copy of ours', () => {
  it('has the modes of the agent that it was made of', async () => {
    const { signal } = world.context;
    const ask = (changer?: ReturnType<typeof noChanges>) =>
      keysFor(opened, reading.table, emptyBook(), { signal, saves: true, changer });
    expect((await ask()).own).toEqual([agent]);
    expect((await ask(noChanges())).own).toEqual([agent]);
    const keys = await ask(copyOf(ORIGIN));
    expect(keys.own).toEqual([ORIGIN]);
    for (const run of reading.table.runs.keys()) expect(keys.of(run)).toBe(ORIGIN);
    expect(keys.problem).toBeUndefined();
  });

  it('keeps its own where the home cannot be read, and says so', async () => {
    const broken = noChanges({ originOf: () => Promise.reject(new Problem('local_io', 'The home is gone.')) });
    const { signal } = world.context;
    const keys = await keysFor(opened, reading.table, emptyBook(), { signal, saves: true, changer: broken });
    expect(keys.own).toEqual([agent]);
    expect(keys.problem).toMatch(/^Whether an agent is a copy of ours could not be read \(The home is gone\.\)/);
  });

  it('is not asked about where the book has nothing of its platform', async () => {
    const changer = () => Promise.reject(new Error('loaded'));
    const { signal } = world.context;
    const keys = await keysFor(opened, reading.table, emptyBook(), { signal, changer });
    expect(keys.own).toEqual([agent]);
  });
});

describe('a session that does not tell its agent, while the platform does not say for whom its test is', () => {
  /** As it was read, without an agent, on a platform that answers so when it is asked for the test. */
  const mute = (kind: ProblemKind): { opened: Opened; reading: FailureReading } => {
    const members = opened.members.map((member) => ({
      ...member,
      session: { ...member.session, agent_ref: undefined },
      provider: {
        ...member.provider,
        tests: {
          list: () => Promise.reject(new Error('not asked')),
          get: () => Promise.reject(new Problem(kind, 'zqxzq')),
        },
      },
    }));
    const runs = new Map([...reading.table.runs].map(([run, one]) => [run, { ...one, agent_ref: undefined }]));
    return { opened: { ...opened, members }, reading: { ...reading, table: { ...reading.table, runs } } };
  };
  const kept: Book = bookOf({ [ORIGIN]: entryOf() });
  const problemOf = async (kind: ProblemKind, book: Book) => {
    const { opened: at, reading: read } = mute(kind);
    const { vendorProblem } = await codedIn(book, at, read, { signal: world.context.signal, changer: noChanges() });
    return vendorProblem;
  };

  it('says that modes kept for that agent may be missing', async () => {
    expect(await problemOf('timeout', kept)).toMatch(
      /^The platform did not say for which agent 1 test is: failure modes that are kept .* The same call asks again\.$/,
    );
  });

  it('says nothing where no mode of that platform is kept, and where it is known that no agent is told', async () => {
    expect(await problemOf('timeout', emptyBook())).toBeUndefined();
    expect(await problemOf('timeout', bookOf({ 'coval/agent/x': entryOf() }))).toBeUndefined();
    expect(await problemOf('not_found', kept)).toBeUndefined();
  });
});
