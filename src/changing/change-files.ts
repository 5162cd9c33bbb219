/** The files of changes, `<home>/changes`: proposals, and what became of each at each target. */
import { createClaims } from '../home/claims.ts';
import type { Clock } from '../home/moment.ts';
import { CHANGE_TARGETS, type ChangeTarget } from '../model/agents.ts';
import { parsedJson } from '../model/json.ts';
import { Problem } from '../model/problem.ts';
import { type Application, applicationSchema } from './application.ts';
import { type Change, changeSchema } from './change.ts';

export interface ChangeFiles {
  /** Keeps a proposal, once. Throws `local_io`. */
  keep(change: Change): Promise<void>;
  /** Throws `not_found` for one that this home does not have, `unreadable` for one that is damaged. */
  change(id: string): Change;
  /** What became of it at a target; undefined where it was not tried. Throws `unreadable` for one that is damaged. */
  application(id: string, target: ChangeTarget): Application | undefined;
  /** All targets of a change that were tried, the latest first. */
  applications(id: string): Application[];
  /** Makes it, once over all processes. Throws `local_io`, and `conflict` where another process made it. */
  claim(application: Application): Promise<void>;
  /** Writes over it, only under the lock of its agent. Throws `local_io`. */
  record(application: Application): Promise<void>;
  /** The same, but never throws: it is kept in memory and written later. */
  settle(application: Application): Promise<void>;
  /** Forgets one that changed nothing. Never throws. */
  forget(application: Application): Promise<void>;
  /** Every application of this home that can be read. Throws `local_io`. */
  all(): Promise<Application[]>;
  /** Every change that the folder has a file of, or only the one. Throws `local_io`. */
  kept(id?: string): Promise<KeptChange[]>;
  /** Removes all files of a change. Never throws. */
  remove(kept: KeptChange): Promise<void>;
  /** Removes temporary files that killed processes left. Never throws. */
  sweep(): Promise<void>;
}

/** The files of one change. */
export interface KeptChange {
  id: string;
  /** Undefined where it is gone, or cannot be read. */
  change?: Change | undefined;
  applications: Application[];
  /** Some file of it cannot be read. */
  damaged: boolean;
}

interface Name {
  id: string;
  target?: ChangeTarget | undefined;
}
type Entry = Change | Application | (Name & { damaged: true });

const WORDS = {
  folder: 'the folder of changes',
  damaged: 'a change of unknown outcome',
  unsettled: 'What became of a change could not be written',
  unremoved: 'A change could not be removed',
};

export function createChangeFiles(options: {
  home: string;
  clock: Clock;
  redact(text: string): string;
  report?: ((problem: string) => void) | undefined;
}): ChangeFiles {
  const { home, clock, redact, report } = options;
  const claims = createClaims<Name, Entry>({
    home,
    folder: 'changes',
    words: WORDS,
    now: clock.now,
    fileOf: ({ id, target }) => (target === undefined ? `${id}.json` : `${id}.${target}.json`),
    nameOf,
    parse,
    damaged: ({ id, target }) => ({ id, target, damaged: true }),
    redacted: { text: redact, plain: (entry) => entry },
    report,
  });

  const change = (id: string): Change => {
    const found = nameOf(`${id.trim()}.json`);
    const entry = found && found.target === undefined ? claims.one({ id: found.id }) : undefined;
    if (entry === undefined)
      throw new Problem('not_found', 'This home has no such change.', {
        sent: 'no',
        next: 'propose_agent_change makes one; its answer says `change`. Changes are kept where they were proposed (AGENT_SIM_HOME).',
      });
    if (!('parts' in entry)) throw damaged(home);
    return entry;
  };

  const application = (id: string, target: ChangeTarget): Application | undefined => {
    const entry = claims.one({ id, target });
    if (entry !== undefined && !('apply' in entry)) throw damaged(home);
    return entry;
  };

  return {
    async keep(entry) {
      if (!(await claims.claim(entry)))
        throw new Problem('internal', 'A change of this id is there already.', { sent: 'no' });
    },
    change,
    application,
    applications: (id) =>
      CHANGE_TARGETS.flatMap((target) => application(id, target) ?? []).sort((a, b) =>
        a.apply.at < b.apply.at ? 1 : -1,
      ),
    async claim(entry) {
      if (!(await claims.claim(entry)))
        throw new Problem('conflict', 'Another process applies this change. Nothing was sent.', {
          sent: 'no',
          next: 'Make the same call again in a moment: it says what came of it.',
        });
    },
    record: claims.record,
    settle: claims.settle,
    forget: ({ id, target }) => claims.remove([{ id, target }]),
    all: async () => (await claims.read(({ target }) => target !== undefined)).filter((entry) => 'apply' in entry),
    kept: async (id) => keptIn(await claims.read((name) => id === undefined || name.id === id)),
    // The proposal first: what is left of it where a process is killed here cannot be applied again.
    remove: ({ id, applications }) => claims.remove([{ id }, ...applications.map(({ target }) => ({ id, target }))]),
    sweep: claims.sweep,
  };
}

function keptIn(entries: readonly Entry[]): KeptChange[] {
  const kept = new Map<string, KeptChange>();
  for (const entry of entries) {
    const own = kept.get(entry.id) ?? { id: entry.id, applications: [], damaged: false };
    kept.set(entry.id, own);
    if ('damaged' in entry) own.damaged = true;
    else if ('apply' in entry) own.applications.push(entry);
    else own.change = entry;
  }
  return [...kept.values()];
}

function nameOf(file: string): Name | undefined {
  const [, id, word] = /^(c-[a-z0-9]{8,40})(?:\.([a-z]+))?\.json$/.exec(file) ?? [];
  if (id === undefined) return undefined;
  const target = CHANGE_TARGETS.find((one) => one === word);
  return word !== undefined && target === undefined ? undefined : { id, target };
}

function parse(text: string): Entry | undefined {
  const value = parsedJson(text);
  return applicationSchema.safeParse(value).data ?? changeSchema.safeParse(value).data;
}

function damaged(home: string): Problem {
  return new Problem('unreadable', 'The file of this change is damaged, so nothing was sent.', {
    sent: 'no',
    next: `Look at the platform to see whether the change arrived, then propose it again. The damaged file is in ${home}/changes.`,
  });
}
