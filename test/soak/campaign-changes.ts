/**
 * Racing processes with one home change the agents of all platforms there and back, while answers are lost, processes are
 * killed and others edit the same text; what the platforms did is held against the files in the end.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application } from '../../src/changing/application.ts';
import { applicationSchema } from '../../src/changing/application.ts';
import { type Change, changeSchema, hashOf } from '../../src/changing/change.ts';
import { reversed, spliced } from '../../src/changing/edits.ts';
import type { ChangeTarget } from '../../src/model/agents.ts';
import { parseRef } from '../../src/model/refs.ts';
import type { PlatformId } from '../../src/providers/registry.ts';
import { mulberry } from '../fuzz/connection.ts';
import { CANARIES } from '../support/canaries.ts';
import { type ChangeCrew, hireChangers } from './change-crew.ts';
import { type ChangePlatform, openChangePlatform } from './change-platform.ts';
import type { ChangeReport } from './change-worker.ts';
import { SPOILS, type Spoil } from './front.ts';

export interface ChangesOptions {
  platforms: readonly PlatformId[];
  /** In all, over all platforms. */
  changes: number;
  seed: number;
  /** Processes at once. */
  crew: number;
  /** One of them is killed whenever so many requests that change something have arrived. */
  kill_every?: number;
}

export interface ChangesResult {
  changes: number;
  kills: number;
  /** Requests that changed something, as the platforms took them. */
  written: Record<string, number>;
  spoilt: Record<Spoil, number>;
  outcomes: Record<string, number>;
  /** Ways whose answer was lost and that never arrived: said as unknown, and put back by somebody. */
  never_arrived: number;
  /** What must be empty, each as a sentence. */
  twice: string[];
  lost: string[];
  overwritten: string[];
  unrestored: string[];
  unreadable: string[];
  canaries: string[];
}

const WEIGHTS: readonly [Spoil, number][] = [
  ['answered', 46],
  ['answered late', 10],
  ['reset after', 10],
  ['truncated', 6],
  ['500 after', 6],
  ['stalled', 3],
  ['reset before', 7],
  ['502 before', 5],
  ['refused', 7],
];
/** Calls of one way there or back until it is settled. */
const MOST_CALLS = 25;

export async function campaignChanges(options: ChangesOptions): Promise<ChangesResult> {
  const { platforms: ids, changes, seed, crew: size, kill_every = 14 } = options;
  const random = mulberry(seed);
  const folder = mkdtempSync(join(tmpdir(), 'agent-sim-changes-'));
  const home = join(folder, 'home');
  const result = emptyResult(changes);
  const phases = new Map<PlatformId, string>();
  let crew: ChangeCrew | undefined;
  let arrived = 0;
  const platforms = await Promise.all(
    ids.map((id) =>
      openChangePlatform({
        id,
        home: join(folder, id),
        choose: () => pick(random()),
        phase: () => phases.get(id) ?? '',
        onWrite() {
          arrived += 1;
          if (arrived % kill_every === 0) crew?.killOne(random);
        },
      }),
    ),
  );
  try {
    const all = await hireChangers(size, home, Object.assign({}, ...platforms.map(({ env }) => env)));
    crew = all;
    await Promise.all(
      platforms.map(async (platform, index) => {
        const lane: Lane = {
          platform,
          crew: all,
          home,
          random,
          result,
          seed: await platform.text(),
          enter: (phase) => phases.set(platform.id, phase),
        };
        for (let number = index; number < changes; number += platforms.length) await thereAndBack(lane, number);
        await endOf(lane);
      }),
    );
    result.kills = all.kills();
    checkFiles(home, result);
    return result;
  } finally {
    await crew?.close();
    await Promise.all(platforms.map((platform) => platform.close()));
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Lane {
  platform: ChangePlatform;
  crew: ChangeCrew;
  home: string;
  random(): number;
  result: ChangesResult;
  /** Of the prompt, as it was at first. */
  seed: string;
  enter(phase: string): void;
}

/** One change: proposed, applied by several processes at once, looked for, taken back by several at once. */
async function thereAndBack(lane: Lane, number: number): Promise<void> {
  const { platform, random, result, seed, enter } = lane;
  const target = platform.targets[Math.floor(number / 4) % platform.targets.length] ?? 'live';
  const name = `${platform.id} ${number} ${target}`;
  const word = `want-${number}`;
  const meddler = random() < 0.12 ? 'before' : random() < 0.14 ? 'after' : 'nobody';
  enter(`${number} proposed`);
  const change = await proposed(lane, editOf(seed, word, random));
  if (meddler === 'before') {
    await meddled(lane, name, `${seed}\nTheirs, before.`, async () => {
      if (!(await settled(lane, { do: 'apply', change, target })).includes('conflict'))
        result.overwritten.push(`${name} was applied over another text`);
    });
    return;
  }
  enter(`${number} applied`);
  await settled(lane, { do: 'apply', change, target });
  // What a killed process sent arrives before it is looked for the last time.
  await platform.quiet();
  const outcomes = await settled(lane, { do: 'apply', change, target });
  const there = await isThere(lane, change, target, word);
  if (there && !outcomes.includes('saved'))
    result.lost.push(
      `${name} is there, and said to be ${outcomes.join(', ')}: ${JSON.stringify(applicationOf(lane.home, change, target))}`,
    );
  const file = applicationOf(lane.home, change, target);
  if (!file || !['saved', 'unknown'].includes(file.apply.state))
    result.lost.push(`${name} stands as ${file?.apply.state}`);
  if (file) checkKept(lane, file, name);
  if (meddler === 'after' && there && target === 'live')
    await meddled(lane, name, `${await platform.text()}\nTheirs, after.`, async () => {
      if (!(await settled(lane, { do: 'revert', change, target })).includes('conflict'))
        result.overwritten.push(`${name} was taken back over another text`);
    });
  enter(`${number} taken back`);
  await settled(lane, { do: 'revert', change, target });
  await platform.quiet();
  await settled(lane, { do: 'revert', change, target });
  await restored(lane, change, target, name);
}

/** Somebody else has written the prompt while the action is tried; what they wrote is theirs still, and goes by their hand. */
async function meddled({ platform, result }: Lane, name: string, text: string, action: () => Promise<void>) {
  const before = await platform.text();
  await platform.write(text);
  await action();
  await platform.quiet();
  if ((await platform.text()) !== text) result.overwritten.push(`${name} wrote over what others wrote`);
  await platform.write(before);
}

async function proposed(lane: Lane, edit: { old: string; new: string }): Promise<string> {
  const { platform, crew, random } = lane;
  for (let tries = 0; tries < MOST_CALLS; tries += 1) {
    const order = { do: 'propose' as const, provider: platform.id, agent: platform.agent };
    const [report] = await crew.order({ ...order, edits: [{ part: platform.part, ...edit }] }, 1, random);
    note(lane, 'propose', report);
    if (report?.change) return report.change;
  }
  throw new Error(`${platform.id}: nothing could be proposed.`);
}

/** Calls until two processes that were asked at once have nothing more to send; the last outcomes. */
async function settled(
  lane: Lane,
  order: { do: 'apply' | 'revert'; change: string; target: ChangeTarget },
): Promise<string[]> {
  let last: ChangeReport[] = [];
  for (let tries = 0; tries < MOST_CALLS; tries += 1) {
    const reports = (await lane.crew.order(order, 2, lane.random)).filter((one) => one !== undefined);
    for (const report of reports) note(lane, order.do, report);
    last = reports;
    const outcomes = reports.map(({ outcome }) => outcome);
    if (outcomes.some((one) => ['saved', 'conflict'].includes(one))) return outcomes;
    if (outcomes.length > 0 && outcomes.every((one) => ['unknown', 'invalid_input'].includes(one))) return outcomes;
  }
  throw new Error(`${lane.platform.id}: ${order.do} of ${order.change} does not settle: ${JSON.stringify(last)}`);
}

function note({ result }: Lane, does: string, report: ChangeReport | undefined): void {
  const outcome = `${does}: ${report?.outcome ?? 'killed'}${report?.verified === false ? ', not verified' : ''}`;
  result.outcomes[outcome] = (result.outcomes[outcome] ?? 0) + 1;
  if (report?.outcome === 'internal') result.lost.push(report.said);
  for (const canary of CANARIES) if (report?.said.includes(canary)) result.canaries.push(`${outcome}: ${report.said}`);
}

/** Whether the new text stands where the change was to go. */
async function isThere({ platform, home }: Lane, change: string, target: ChangeTarget, word: string): Promise<boolean> {
  if (target === 'live' || target === 'record') return (await platform.text()).includes(word);
  const written = parseRef(applicationOf(home, change, target)?.written ?? '')?.ids;
  const ids = written ?? (target === 'copy' ? await platform.copyOf(change) : undefined);
  return ids !== undefined && (await platform.text(ids).catch(() => '')).includes(word);
}

/** The agent is what it was; what never arrived is said to be unknown, and put back from what was kept. */
async function restored({ platform, home, result, seed }: Lane, change: string, target: ChangeTarget, name: string) {
  const application = applicationOf(home, change, target);
  const text = await platform.text();
  const copy = target === 'copy' ? await platform.copyOf(change) : undefined;
  if (text === seed && !copy) return;
  result.never_arrived += 1;
  if (application?.revert?.state !== 'unknown' && application?.apply.state !== 'unknown')
    result.lost.push(`${name} is not taken back, and its file says ${JSON.stringify(application)}`);
  const [kept] = application?.kept ?? [];
  const back = kept && spliced(text, reversed(kept.splices));
  if (text !== seed && back !== seed) result.unrestored.push(name);
  if (text !== seed) await platform.write(seed);
}

function checkKept({ seed, result }: Lane, { kept }: Application, name: string): void {
  for (const { splices, before, after } of kept)
    if (hashOf(seed) !== before || hashOf(spliced(seed, splices)) !== after)
      result.unrestored.push(`${name} kept another text`);
}

async function endOf({ platform, result, seed }: Lane): Promise<void> {
  if ((await platform.text()) !== seed) result.unrestored.push(platform.id);
  const { counted, spoilt } = platform.front;
  result.written[platform.id] = counted.length;
  for (const spoil of SPOILS) result.spoilt[spoil] += spoilt[spoil];
  const seen = new Set<string>();
  for (const { want } of counted) {
    if (seen.has(want)) result.twice.push(want.slice(0, 200));
    seen.add(want);
  }
}

/** Every file of the home is one of ours, whole, and holds no credential. */
function checkFiles(home: string, result: ChangesResult): void {
  const folder = join(home, 'changes');
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    if (file.startsWith('.tmp-')) continue;
    const schema = file.split('.').length === 2 ? changeSchema : applicationSchema;
    if (!schema.safeParse(jsonOf(text)).success) result.unreadable.push(file);
  }
  for (const file of readdirSync(home, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = readFileSync(join(file.parentPath, file.name), 'utf8');
    for (const canary of CANARIES) if (text.includes(canary)) result.canaries.push(`${canary} in ${file.name}`);
  }
}

function applicationOf(home: string, change: Change['id'], target: ChangeTarget): Application | undefined {
  try {
    return applicationSchema.parse(JSON.parse(readFileSync(join(home, 'changes', `${change}.${target}.json`), 'utf8')));
  } catch {
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One line of the text, which stands there once, with a word of its own and a line more. */
function editOf(text: string, word: string, random: () => number): { old: string; new: string } {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && text.split(line).length === 2);
  const old = lines[Math.floor(random() * lines.length)] ?? text;
  return { old, new: `${old} (${word})\nAnd say “grüß Gott” 😀 to ${word}.` };
}

function pick(dice: number): Spoil {
  let left = dice * WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [spoil, weight] of WEIGHTS) {
    left -= weight;
    if (left < 0) return spoil;
  }
  return SPOILS[0];
}

function emptyResult(changes: number): ChangesResult {
  const none = (): string[] => [];
  return {
    changes,
    kills: 0,
    written: {},
    spoilt: Object.fromEntries(SPOILS.map((spoil) => [spoil, 0])) as Record<Spoil, number>,
    outcomes: {},
    never_arrived: 0,
    twice: none(),
    lost: none(),
    overwritten: none(),
    unrestored: none(),
    unreadable: none(),
    canaries: none(),
  };
}
