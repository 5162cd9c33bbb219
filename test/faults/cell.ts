/** One cell of the matrix: one operation under one fault in one mode, and whether what came of it can be stood by. */
import { uptime } from 'node:os';
import { presentAnswer } from '../../src/mcp/present/answer.ts';
import { isProblem, toProblem } from '../../src/model/problem.ts';
import { createJournal } from '../../src/starting/journal.ts';
import { at } from '../support/data.ts';
import { noDeadline } from '../support/waiting.ts';
import { changeFault, readied } from './changes.ts';
import { actOf, type Fault, type Mode } from './faults.ts';
import { comparable, difference, lessThan, problemFault } from './judge.ts';
import type { Lie } from './lies.ts';
import { call, callOf, type Operation, type World } from './operations.ts';
import { type Rig, SHORT } from './rigs.ts';
import { type Truth, untruth } from './truth.ts';

export type Outcome =
  /** The answer of an undisturbed vendor. */
  | 'right'
  /** Less than that, and the answer says what is missing. */
  | 'partial'
  /** An error in our words with a next step. */
  | 'problem'
  | 'WRONG';

export interface Cell {
  vendor: string;
  operation: Operation;
  fault: string;
  mode: Mode;
  outcome: Outcome;
  /** Kind of the problem, or what is wrong. */
  note: string;
  ms: number;
  requests: number;
}

/** What the vendor says instead of the truth. */
export interface Lying {
  lie?: Lie;
}

export interface CellDeps {
  rig: Rig;
  world: World;
  /** Answers of the undisturbed vendor, by operation. */
  right: ReadonlyMap<Operation, string>;
  /** What the undisturbed vendor holds; read where lies are played. */
  truth?: Truth;
  /** Other addresses of the vendor, by `Fault.base`. */
  bases: Readonly<Record<NonNullable<Fault['base']>, string>>;
}

/** Of a call that a deadline has to end, in ms; in production it is 56 s. */
const CALL_MS = 5_000;
/** A call that has not ended so long after its deadline did not hear it. */
const DEAF_MS = 30_000;
let keys = 0;

export async function runCell(
  { rig, world, right, truth, bases }: CellDeps,
  operation: Operation,
  fault: Fault & Lying,
  mode: Mode,
): Promise<Cell> {
  const changes = operation === 'apply' || operation === 'revert';
  const key = changes ? await readied(rig, world.agent, operation) : `cell-${++keys}`;
  const through = await rig.through(fault.base ? bases[fault.base] : rig.front.url, fault.unending && SHORT);
  const before = rig.engine.sessions().length;
  const [tool, args] = callOf(operation, rig.vendor, world, key);
  rig.front.spoil(actOf(fault, mode));
  rig.tell(fault.lie?.told);
  const started = performance.now();
  let outcome: Outcome = 'right';
  let note = '';
  try {
    const signal = fault.unending ? AbortSignal.timeout(CALL_MS) : noDeadline();
    const { answer, tool: record } = await heard(call(tool, args, through.context(signal)), signal);
    const shown = presentAnswer(record, answer, { sandbox: true, redact: (text) => text });
    if (operation === 'start') note = startNote(answer.data);
    else if (operation === 'cancel' || changes) note = String(at(answer.data, 'outcome'));
    else if (fault.lie && truth) {
      note = untruth(operation, truth, world, answer.data, shown.content[0]?.text ?? '');
      if (note) outcome = 'WRONG';
      else if (comparable(answer.data) !== right.get(operation)) outcome = 'partial';
    } else if (comparable(answer.data) !== right.get(operation)) {
      const whole: unknown = JSON.parse(right.get(operation) ?? '');
      const found: unknown = JSON.parse(comparable(answer.data));
      const said = lessThan(whole, found, shown.content[0]?.text ?? '', fault.emptyList === true);
      outcome = said ? 'partial' : 'WRONG';
      note = said || difference(JSON.stringify(whole), JSON.stringify(found));
    }
  } catch (thrown) {
    // What the server does with a call whose time is over.
    const error = thrown instanceof DOMException ? toProblem(thrown) : thrown;
    const wrong = problemFault(error);
    outcome = wrong ? 'WRONG' : 'problem';
    note = wrong || (isProblem(error) ? error.kind : '');
  }
  const ms = performance.now() - started;
  const requests = rig.front.requests();
  rig.front.spoil();
  rig.tell();
  if (outcome !== 'WRONG' && operation === 'start') {
    const fault = await startFault(rig, rig.engine.sessions().length - before, key, note);
    if (fault) [outcome, note] = ['WRONG', `${fault} (${note})`];
  }
  if (outcome !== 'WRONG' && changes) {
    const wrong = await changeFault(rig, world.agent, key, operation, note);
    if (wrong) [outcome, note] = ['WRONG', `${wrong} (${note})`];
  }
  if (outcome === 'problem' && operation !== 'start' && operation !== 'cancel' && !changes && expectsRight(fault, mode))
    [outcome, note] = ['WRONG', `should have recovered, but: ${note}`];
  await through.close();
  return { vendor: rig.vendor, operation, fault: fault.name, mode, outcome, note, ms, requests };
}

/** A call that does not end with its signal is one of an `Error`, which no caller may get. */
async function heard<T>(calling: Promise<T>, signal: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deaf = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      timer = setTimeout(() => reject(new Error('did not end with its call')), DEAF_MS);
    });
  });
  try {
    return await Promise.race([calling, deaf]);
  } finally {
    clearTimeout(timer);
  }
}

function expectsRight(fault: Fault, mode: Mode): boolean {
  return fault.harmless === true || (fault.passing === true && mode === 'once');
}

function startNote(data: unknown): string {
  return String(at(data, 'outcome'));
}

/** Was the start counted once, and does everyone know? '' when all is well. */
async function startFault(rig: Rig, counted: number, key: string, note: string): Promise<string> {
  if (counted > 1) return `the vendor counted ${counted} starts`;
  const journal = createJournal({ home: rig.home, clock: { now: Date.now, uptime } });
  const entries = (await journal.read()).filter((entry) => entry.key === key);
  const states = entries.map((entry) => entry.state);
  if (counted === 1 && !states.some((state) => ['started', 'found', 'unknown'].includes(state)))
    return `the vendor counted a start that the journal calls ${states.join(', ') || 'nothing'}`;
  if (counted === 0 && states.some((state) => state === 'started' || state === 'found'))
    return `the journal calls a start ${states.join(', ')} that the vendor never counted`;
  if (counted === 0 && ['started', 'partly_started', 'already_started'].includes(note))
    return 'told as started, but it was not';
  return '';
}
