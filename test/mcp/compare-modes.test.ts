/**
 * Two sessions of one suite on each platform of the sandbox, whose agent was mended in one way and spoilt in two between
 * them. Every failure is read by its hidden cause, through the tools; then what the comparison says of modes is the truth.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presentAnswer } from '../../src/mcp/present/answer.ts';
import type { ToolContext } from '../../src/mcp/tool.ts';
import { toCommaList } from '../../src/model/comma-list.ts';
import { call } from '../faults/operations.ts';
import { openRig, type Rig } from '../faults/rigs.ts';
import { fixed } from '../sandbox/engine/fixes.ts';
import { at, list, text } from '../support/data.ts';
import { NEEDED_TO_START, VENDORS } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';
import { factFaults } from './facts.ts';
import { formFaults } from './forms.ts';

const SHIPPED = readFileSync(join(import.meta.dirname, '../../src/sandbox/playbook.md'), 'utf8');
const SUITE = 'Bookings and changes';
const BEFORE = fixed(SHIPPED, ['cancellation-fee', 'unchecked-slot']);
const AFTER = fixed(SHIPPED, ['identity-check']);

type Side = 'before' | 'after';
/** Hidden causes of the failed evaluations, by name of the case. */
type Truth = Map<string, string[]>;

describe.each(VENDORS)('modes compared on %s', (vendor) => {
  let rig: Rig;
  let folder = '';
  let context: ToolContext;
  const sessions = { before: '', after: '' };
  const truth: Record<Side, Truth> = { before: new Map(), after: new Map() };
  /** Causes by name of the case, criterion and side. */
  const causes = new Map<string, string>();

  const answer = async (name: string, args: Record<string, unknown>) => {
    const { tool, answer: given } = await call(name, args, context);
    const { content, structuredContent: data = {} } = presentAnswer(tool, given, {
      sandbox: true,
      redact: (one) => one,
    });
    const [block] = content;
    return { tool: name, args, text: block?.text ?? '', data };
  };

  /** Starts the suite (where there are none, its cases), and remembers what was wrong in truth. */
  const play = async (side: Side) => {
    const tests = list((await answer('list_tests', { limit: 100 })).data.tests);
    const suite = tests.find((one) => at(one, 'kind') === 'suite' && text(at(one, 'name')) === SUITE);
    const key = rig.engine.suites.find(({ name }) => name === SUITE)?.key;
    const own = rig.engine.cases.filter((one) => one.suite === key).map(({ name }) => name);
    const chosen = suite ? [suite] : tests.filter((one) => own.includes(text(at(one, 'name'))));
    const known = new Set(rig.engine.sessions().map(({ id }) => id));
    const started: string[] = [];
    for (const test of chosen) {
      const ref = text(at(test, 'ref'));
      const { data } = await answer('start_simulation', {
        test: ref,
        key: `${side}-${ref}`,
        ...NEEDED_TO_START[vendor],
      });
      started.push(text(data.session));
    }
    rig.pass(100_000);
    sessions[side] = toCommaList(started);
    for (const session of rig.engine.sessions().filter(({ id }) => !known.has(id)))
      for (const run of session.runs) {
        if (run.outcome.kind !== 'conversation') throw new Error('A run broke.');
        const failed = run.outcome.conversation.evaluations.flatMap(({ criterion, cause }) => {
          if (cause === undefined) return [];
          for (const name of [criterion.name, criterion.text]) causes.set(`${side} ${run.case.name} ${name}`, cause);
          return [cause];
        });
        if (failed.length > 0) truth[side].set(run.case.name, failed);
      }
  };

  /** Lists what nobody has read and saves it as modes titled by the cause; known modes take further failures by their id. */
  const readAll = async (side: Side) => {
    const { data } = await answer('list_failures', { session: sessions[side], limit: 150 });
    const names = new Map(
      list((await answer('list_runs', { session: sessions[side], limit: 100 })).data.runs).map((run) => [
        text(at(run, 'ref')),
        text(at(run, 'name')),
      ]),
    );
    const known = new Map(list(data.modes).map((mode) => [text(at(mode, 'title')), text(at(mode, 'id'))]));
    const found = new Map<string, string[]>();
    for (const line of list(data.failures)) {
      const evaluation = text(at(line, 'evaluation'));
      const name = names.get(text(at(line, 'run')));
      const cause = causes.get(`${side} ${name} ${evaluation}`) ?? `unknown: ${name} ${evaluation}`;
      found.set(cause, [...(found.get(cause) ?? []), text(at(line, 'id'))]);
    }
    const modes = [...found].map(([cause, failures]) => {
      const id = known.get(cause);
      return id === undefined ? { title: cause, definition: `What comes of ${cause}.`, failures } : { id, failures };
    });
    if (modes.length > 0) await answer('save_failure_modes', { session: sessions[side], modes });
  };

  const counted = (side: Side, cause: string) => [...truth[side].values()].flat().filter((one) => one === cause).length;
  const compared = () => answer('compare_sessions', { before: sessions.before, after: sessions.after });
  const titles = (data: unknown, name: string) =>
    list(at(data, name))
      .map((one) => text(at(one, 'title')))
      .sort();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'agent-sim-modes-'));
    const playbook = join(folder, 'playbook.md');
    writeFileSync(playbook, BEFORE);
    rig = await openRig(vendor, { playbook });
    context = rig.context(noDeadline());
    await play('before');
    writeFileSync(playbook, AFTER);
    await play('after');
  });
  afterAll(async () => {
    await rig.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are none before anybody has read, and that is said, with the call that lists what to read', async () => {
    const { data, text: words } = await compared();
    const total = (side: Side) => [...truth[side].values()].flat().length;
    expect(at(data.modes, 'before')).toEqual({ failures: total('before'), uncoded: total('before') });
    expect(at(data.modes, 'after')).toEqual({ failures: total('after'), uncoded: total('after') });
    expect(at(data.modes, 'counts')).toEqual({});
    expect(words).toContain(
      `Nobody has read why ${total('before')} failures before and ${total('after')} after came about: nothing is said of causes.`,
    );
    expect(list(data.next).join('\n')).toMatch(/^list_failures session=\S+ lists what nobody has read$/m);
  });

  it('are unsettled while the side after is read in part, and nothing untrue is said', async () => {
    await readAll('before');
    const { data, text: words } = await compared();
    expect(at(data.modes, 'before')).not.toHaveProperty('uncoded');
    for (const name of ['new', 'resolved', 'relocated']) expect(at(data.modes, name)).toEqual([]);
    expect(titles(data.modes, 'unsettled')).toContain('identity-check');
    expect(words).toMatch(/What those could be is left unsettled/);
    expect(formFaults(await compared())).toEqual([]);
    expect(factFaults(await compared())).toEqual([]);
  });

  it('are new, resolved, persisting and moved with exact counts once all is read', async () => {
    await readAll('after');
    const found = await compared();
    const { data, text: words } = found;
    const every = [...new Set([...truth.before.values(), ...truth.after.values()].flat())].sort();
    const [was, is] = [(one: string) => counted('before', one), (one: string) => counted('after', one)];
    expect(titles(data.modes, 'resolved')).toEqual(every.filter((one) => was(one) > 0 && is(one) === 0));
    expect(titles(data.modes, 'new')).toEqual(every.filter((one) => was(one) === 0 && is(one) > 0));
    expect(titles(data.modes, 'persisting')).toEqual(every.filter((one) => was(one) > 0 && is(one) > 0));
    expect(titles(data.modes, 'resolved')).toContain('identity-check');
    expect(titles(data.modes, 'new')).toEqual(['cancellation-fee', 'unchecked-slot']);
    expect(at(data.modes, 'unsettled')).toEqual([]);
    for (const name of ['new', 'resolved', 'persisting'])
      for (const mode of list(at(data.modes, name))) {
        const cause = text(at(mode, 'title'));
        expect([cause, at(mode, 'before'), at(mode, 'after')]).toEqual([cause, was(cause), is(cause)]);
      }

    const ids = new Map(
      ['new', 'resolved', 'persisting'].flatMap((name) =>
        list(at(data.modes, name)).map((mode) => [text(at(mode, 'title')), text(at(mode, 'id'))] as const),
      ),
    );
    const idsIn = (side: Side, name: string) => [...new Set(truth[side].get(name))].map((one) => ids.get(one)).sort();
    const moved = [...truth.before.keys()].filter((name) => {
      const after = truth.after.get(name) ?? [];
      return after.length > 0 && !truth.before.get(name)?.some((one) => after.includes(one));
    });
    expect(moved).toContain('Move an appointment on short notice');
    expect(list(at(data.modes, 'relocated')).map((one) => [at(one, 'name'), at(one, 'from'), at(one, 'to')])).toEqual(
      moved.map((name) => [name, idsIn('before', name), idsIn('after', name)]),
    );
    const identity = list(at(data.modes, 'resolved')).find((one) => at(one, 'title') === 'identity-check');
    expect(at(identity, 'relocated')).toBe(1);
    expect(words).toContain('moved, not mended.');
    expect(words).toMatch(/\d+ failures before \(all coded\), \d+ after \(all coded\)/);
    expect(formFaults(found)).toEqual([]);
    expect(factFaults(found)).toEqual([]);
  });
});
