/** What the platform keeps besides the engine: suites, cases, and what each run was started from. */
import * as z from 'zod/v4';
import { stableId } from '../../engine/ids.ts';
import type { Engine, EngineRun, WorldCase } from '../../engine/types.ts';
import { type OwnSessions, ownSessions } from '../own-sessions.ts';
import type { Agents } from './agents.ts';
import type { SynthflowSwitches } from './switches.ts';

/** What every route works with. */
export interface Platform {
  engine: Engine;
  store: Store;
  agents: Agents;
  switches: SynthflowSwitches;
  /** How many requests it has refused. */
  refusals: number;
}

export interface CaseRecord {
  id: string;
  suite?: string | undefined;
  name: string;
  prompt: string;
  type: string;
  criteria: string[];
  rule: string;
  agent?: string | undefined;
  created_at: number;
  updated_at: number;
  /** The case of the engine that is played for it. */
  played: WorldCase;
}

export interface SuiteRecord {
  id: string;
  name: string;
  agent: string;
  language: string;
  created_at: number;
  updated_at: number;
}

/** A run as it was started; definitions may change afterwards. */
export interface RunOrigin {
  case: CaseRecord;
  agent: string;
}

export interface Store {
  suites: Map<string, SuiteRecord>;
  cases: Map<string, CaseRecord>;
  sessions: OwnSessions;
  casesOf(suite: string): CaseRecord[];
  originOf(run: EngineRun): RunOrigin;
  /** A new id, the same for the same sequence of requests. */
  nextId(kind: string): string;
}

export const DIALECT = 'synthflow';

/** As it is kept with the run; what is played is the run's own case. */
const originSchema = z.object({
  case: z.object({
    id: z.string(),
    suite: z.string().optional(),
    name: z.string(),
    prompt: z.string(),
    type: z.string(),
    criteria: z.array(z.string()),
    rule: z.string(),
    agent: z.string().optional(),
    created_at: z.number(),
    updated_at: z.number(),
  }),
  agent: z.string(),
});

/** What is to be kept with a run of a case, as the case is now. */
export function originFor({ played, ...record }: CaseRecord, agent: string): z.infer<typeof originSchema> {
  return { case: { ...record, criteria: [...record.criteria] }, agent };
}

const LOCALES: Readonly<Record<string, string>> = { en: 'en-US', es: 'es-ES', de: 'de-DE' };

export function createStore(engine: Engine): Store {
  const at = engine.now();
  const suites = new Map<string, SuiteRecord>();
  const cases = new Map<string, CaseRecord>();
  const seeded = new Map<string, CaseRecord>();
  const origins = new Map<string, RunOrigin>();
  let made = 0;
  for (const suite of engine.suites) {
    const id = stableId('synthflow', 'suite', suite.key);
    const language = LOCALES[suite.language] ?? suite.language;
    suites.set(id, { id, name: suite.name, agent: suite.agent, language, created_at: at, updated_at: at });
    for (const played of engine.cases.filter((one) => one.suite === suite.key)) {
      const record: CaseRecord = {
        id: stableId('synthflow', 'case', played.key),
        suite: id,
        name: played.name,
        prompt: played.prompt,
        type: 'custom',
        criteria: played.criteria.map((criterion) => criterion.text),
        rule: played.rule,
        agent: suite.agent,
        created_at: at,
        updated_at: at,
        played,
      };
      cases.set(record.id, record);
      seeded.set(played.key, { ...record });
    }
  }

  return {
    suites,
    cases,
    sessions: ownSessions(engine, DIALECT),
    casesOf: (suite) => [...cases.values()].filter((one) => one.suite === suite),
    originOf(run) {
      const known = origins.get(run.id);
      if (known) return known;
      const kept = originSchema.safeParse(run.origin).data;
      if (kept) {
        const origin = { case: { ...kept.case, played: run.case }, agent: kept.agent };
        origins.set(run.id, origin);
        return origin;
      }
      const record = seeded.get(run.case.key);
      if (!record) throw new Error(`No record of the case ${run.case.key}.`);
      return { case: record, agent: record.agent ?? '' };
    },
    nextId(kind) {
      made += 1;
      return stableId('synthflow', kind, 'made', made);
    },
  };
}
