/** What the platform keeps besides the engine: suites, cases, and what each run was started from. */
import { stableId } from '../../engine/ids.ts';
import type { Engine, EngineRun, WorldCase } from '../../engine/types.ts';
import type { SynthflowSwitches } from './switches.ts';

/** What every route works with. */
export interface Platform {
  engine: Engine;
  store: Store;
  switches: SynthflowSwitches;
  /** How many requests it has refused. */
  refusals: number;
}

export interface CaseRecord {
  id: string;
  suite?: string;
  name: string;
  prompt: string;
  type: string;
  criteria: string[];
  rule: string;
  agent?: string;
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
  /** Sessions of this platform: last night's and those started here, not those of the other dialects. */
  sessions: Set<string>;
  casesOf(suite: string): CaseRecord[];
  originOf(run: EngineRun): RunOrigin;
  setOrigin(run: string, origin: RunOrigin): void;
  /** A new id, the same for the same sequence of requests. */
  nextId(kind: string): string;
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
    sessions: new Set(engine.sessions().map((session) => session.id)),
    casesOf: (suite) => [...cases.values()].filter((one) => one.suite === suite),
    originOf(run) {
      const known = origins.get(run.id);
      if (known) return known;
      const record = seeded.get(run.case.key);
      if (!record) throw new Error(`No record of the case ${run.case.key}.`);
      return { case: record, agent: record.agent ?? '' };
    },
    setOrigin: (run, origin) => void origins.set(run, origin),
    nextId(kind) {
      made += 1;
      return stableId('synthflow', kind, 'made', made);
    },
  };
}
