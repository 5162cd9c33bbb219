/**
 * Every field of every answer of a vendor, one at a time, null, missing, of the wrong type, huge or unknown. Nothing may
 * break but in our own words, and nothing that failed may come out as passed.
 */

import { presentAnswer } from '../../src/mcp/present/answer.ts';
import { isProblem, toProblem } from '../../src/model/problem.ts';
import { at } from '../support/data.ts';
import type { Vendor } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';
import { problemFault } from './judge.ts';
import { fieldsOf, MUTATIONS, type Mutation, mutate, type Path, placeOf } from './mutations.ts';
import { call, callOf, type Operation, openWorld, READS, type World } from './operations.ts';
import type { Rig } from './rigs.ts';

export interface FieldCase {
  operation: Operation;
  place: string;
  path: Path;
  mutation: Mutation;
}

export interface FieldFinding extends FieldCase {
  vendor: string;
  outcome: 'same' | 'other' | 'problem' | 'WRONG';
  note: string;
}

const OPERATIONS = READS.filter((operation) => operation !== 'wait');

/** The cases of one vendor: each field of each place that an operation reads. */
export async function fieldCases(rig: Rig, world: World, only?: string): Promise<FieldCase[]> {
  const cases: FieldCase[] = [];
  for (const operation of OPERATIONS.filter((one) => only === undefined || one === only)) {
    const places = new Map<string, ReturnType<typeof fieldsOf>>();
    rig.front.spoil(async (x) => {
      const real = await x.handle();
      const place = placeOf(x.method, x.url);
      const known = places.get(place) ?? new Map();
      for (const [key, field] of fieldsOf(parse(real.body))) known.set(key, field);
      places.set(place, known);
      x.send(real);
    });
    await perform(rig, world, operation);
    rig.front.spoil();
    for (const [place, fields] of places)
      for (const { path, kind } of fields.values())
        for (const mutation of MUTATIONS.filter(({ on }) => on.includes(kind)))
          cases.push({ operation, place, path, mutation });
  }
  return cases;
}

export interface FieldsPart {
  /** Rigs at once. */
  width?: number;
  step?: number;
  operation?: string;
}

/** Runs all cases of a vendor (or every `step`-th of them), several rigs at once. */
export async function runFields(
  vendor: Vendor,
  { width = 4, step = 1, operation }: FieldsPart = {},
): Promise<FieldFinding[]> {
  const findings: FieldFinding[] = [];
  const first = await openWorld(vendor);
  const queue = (await fieldCases(first.rig, first.world, operation)).filter((_, index) => index % step === 0);
  const worker = async ({ rig, world }: typeof first) => {
    const right = new Map<Operation, Facts>();
    for (const one of OPERATIONS) right.set(one, factsOf((await perform(rig, world, one)).answer.data));
    for (let next = queue.pop(); next; next = queue.pop())
      findings.push({ vendor, ...next, ...(await runCase(rig, world, next, right.get(next.operation))) });
    await rig.close();
  };
  const others = Array.from({ length: width - 1 }, async () => worker(await openWorld(vendor)));
  await Promise.all([worker(first), ...others]);
  return findings;
}

async function runCase(
  rig: Rig,
  world: World,
  { operation, place, path, mutation }: FieldCase,
  right: Facts | undefined,
): Promise<Pick<FieldFinding, 'outcome' | 'note'>> {
  rig.front.spoil(async (x) => {
    const real = await x.handle();
    if (placeOf(x.method, x.url) !== place) return x.send(real);
    return x.send({ ...real, body: Buffer.from(JSON.stringify(mutate(parse(real.body), path, mutation))) });
  });
  try {
    const { tool, answer } = await perform(rig, world, operation);
    const shape = tool.output.safeParse(answer.data);
    if (!shape.success)
      return { outcome: 'WRONG', note: `does not fit its schema: ${shape.error.message.slice(0, 300)}` };
    presentAnswer(tool, answer, { sandbox: true, redact: (text) => text });
    const found = factsOf(answer.data);
    const lie = right && lieIn(right, found, surplusIn(answer.data));
    if (lie) return { outcome: 'WRONG', note: lie };
    return { outcome: JSON.stringify([...found]) === JSON.stringify([...(right ?? [])]) ? 'same' : 'other', note: '' };
  } catch (thrown) {
    // What the server does with a call whose time is over.
    const error = thrown instanceof DOMException ? toProblem(thrown) : thrown;
    const wrong = problemFault(error);
    return { outcome: wrong ? 'WRONG' : 'problem', note: wrong || (isProblem(error) ? error.kind : '') };
  } finally {
    rig.front.spoil();
  }
}

async function perform(rig: Rig, world: World, operation: Operation) {
  const through = await rig.through(rig.front.url);
  try {
    const [tool, args] = callOf(operation, rig.vendor, world, '');
    return await call(tool, args, through.context(noDeadline()));
  } finally {
    await through.close();
  }
}

/** What an answer says of runs, evaluations and sessions: by reference (and name) a verdict, or how many passed. */
type Facts = ReadonlyMap<string, string | number>;

function factsOf(data: unknown): Facts {
  const facts = new Map<string, string | number>();
  const visit = (node: unknown, owner: string) => {
    if (Array.isArray(node)) for (const one of node) visit(one, owner);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const ref = at(node, 'ref') ?? at(at(node, 'run'), 'ref') ?? at(node, 'name');
    const here = typeof ref === 'string' ? `${owner}>${ref}` : owner;
    const verdict = at(node, 'verdict');
    if (typeof verdict === 'string') facts.set(here, verdict);
    const passed = at(at(node, 'counts'), 'passed') ?? at(node, 'passed');
    if (typeof passed === 'number') facts.set(`${here} passed`, passed);
    for (const member of Object.values(node)) visit(member, here);
  };
  visit(data, '');
  return facts;
}

/** How many more runs the answer says that it holds than the platform counts. */
function surplusIn(data: unknown): number {
  const gaps = at(at(data, 'coverage'), 'gaps');
  return (Array.isArray(gaps) ? gaps : [])
    .filter((gap) => at(gap, 'kind') === 'surplus')
    .reduce((sum: number, gap) => sum + Number(at(gap, 'count')), 0);
}

/** What failed and now passed; '' when there is nothing of that kind. `surplus`: runs of which the answer says that they may be there twice. */
function lieIn(right: Facts, found: Facts, surplus: number): string {
  for (const [key, fact] of found) {
    const truth = right.get(key);
    if (fact === 'passed' && truth !== undefined && truth !== 'passed') return `${key} was ${truth} and is passed`;
    if (typeof fact === 'number' && typeof truth === 'number' && fact > truth + surplus)
      return `${key}: ${truth} became ${fact}`;
  }
  return '';
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
