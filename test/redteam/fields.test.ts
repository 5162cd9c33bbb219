/**
 * What is no free text by its contract (ids, states, times, addresses, cursors) may hold an attacker's words all the
 * same. One kind at a time, over the real provider and the real tools, in this process.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presentAnswer, presentProblem } from '../../src/mcp/present/answer.ts';
import { isProblem, toProblem } from '../../src/model/problem.ts';
import { call, callOf, openWorld, READS, type World } from '../faults/operations.ts';
import type { Rig } from '../faults/rigs.ts';
import { VENDORS } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';
import { createDisguise, type Disguise } from './hostile-answers.ts';
import { disguised } from './hostile-vendors.ts';
import { faultsOf, type Shown } from './judge.ts';
import { MARKER, WORD_PAYLOADS } from './payloads.ts';

const redact = (text: string) => text;

/** Every operation once, and the tools those leave out. */
async function everything(rig: Rig, world: World): Promise<Shown[]> {
  const calls = [
    ...READS.filter((one) => one !== 'wait').map((operation) => callOf(operation, rig.vendor, world, '')),
    ['wait_for_session', { session: world.running, timeout_seconds: 0 }],
    callOf('cancel', rig.vendor, world, ''),
    ['get_test', { test: world.suite }],
    ['compare_sessions', { before: world.small, after: world.running }],
    ['get_trend', { test: world.suite }],
    ['search_transcripts', { session: world.small, query: 'zq*' }],
  ] as const;
  const shown: Shown[] = [];
  const through = await rig.through(rig.front.url);
  // What is listed under hostile ids is asked for again under them.
  const again: string[] = [];
  const ask = async (tool: string, args: Record<string, unknown>) => {
    const where = `${tool} ${JSON.stringify(args)}`;
    const context = through.context(noDeadline());
    try {
      const { tool: record, answer } = await call(tool, args, context);
      const { content, structuredContent } = presentAnswer(record, answer, { sandbox: true, redact });
      shown.push({ where, kind: 'text', value: content[0]?.text }, { where, kind: 'data', value: structuredContent });
      again.push(...(JSON.stringify(structuredContent).match(/"[a-z]+\/(?:run|session|suite|case)\/[^"]+/g) ?? []));
    } catch (error) {
      const problem = isProblem(error) ? error : toProblem(error);
      expect(problem.kind, `${where}: ${String(error)}`).not.toBe('internal');
      shown.push({ where, kind: 'text', value: presentProblem(problem, { redact }).content[0]?.text });
    }
  };
  for (const [tool, args] of calls) await ask(tool, args);
  const refs = [...new Set(again.map((ref) => ref.slice(1)).filter((ref) => MARKER.test(decodeURIComponent(ref))))];
  for (const ref of refs.slice(0, 12)) {
    const [, kind] = ref.split('/');
    if (kind === 'run') await ask('get_transcript', { run: ref });
    else if (kind === 'session') await ask('get_session', { session: ref });
    else await ask('get_test', { test: ref });
  }
  await through.close();
  return shown;
}

const KINDS: readonly [name: string, disguise: () => Disguise, only?: readonly string[]][] = [
  ['ids', () => createDisguise({ kind: 'id' })],
  ['states', () => createDisguise({ kind: 'word', members: /status$/i })],
  // Only one platform has such a state; a sentence, because letters and blanks look like a state to a lenient reader.
  [
    'the state of an analysis',
    () => createDisguise({ kind: 'word', members: /summary_status$/, payloads: WORD_PAYLOADS.slice(0, 1) }),
    ['futureagi'],
  ],
  ['all words but states', () => createDisguise({ kind: 'word', members: /^(?!.*status)/i })],
  ['times and numbers', () => createDisguise({ kind: 'time' })],
  // Synthflow has none.
  [
    'addresses and cursors',
    () => createDisguise({ kind: 'address' }),
    VENDORS.filter((vendor) => vendor !== 'synthflow'),
  ],
];

describe.each(VENDORS)('%s', (vendor) => {
  let rig: Rig;
  let world: World;
  beforeAll(async () => {
    // Coval names a cursor only where there is more than a page.
    ({ rig, world } = await openWorld(vendor, { scale: vendor === 'coval' ? 120 : 0 }));
  });
  afterAll(() => rig?.close());

  it.each(KINDS.filter(([, , only]) => only?.includes(vendor) ?? true))(
    '%s of attackers stay where they belong',
    async (_name, create) => {
      const disguise = create();
      const paths: string[] = [];
      const act = disguised(disguise);
      rig.front.spoil((exchange) => {
        paths.push(exchange.incoming.url ?? '');
        return act(exchange);
      });
      const shown = await everything(rig, world);
      rig.front.spoil();
      expect(disguise.used.size).toBeGreaterThan(0);
      if (disguise.kind === 'id') {
        expect(shown.filter(({ value }) => MARKER.test(JSON.stringify(value))).length).toBeGreaterThan(3);
        expect(paths.filter((path) => MARKER.test(path)).length).toBeGreaterThan(3);
      }
      expect(shown.flatMap((one) => faultsOf(one).map((fault) => `${one.where}: ${fault}`)).slice(0, 20)).toEqual([]);
      expect(paths.filter((path) => new URL(path, 'http://x').pathname !== path.split('?')[0])).toEqual([]);
    },
  );
});
