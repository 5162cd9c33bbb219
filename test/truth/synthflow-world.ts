/**
 * A Synthflow as documented, over a few parameters: it answers every address that a reader may ask, filters and pages as
 * the contract has it. A case replaces the one thing it is about.
 */
import type { Asked, Reply } from './stand-in.ts';
import { type Handler, isRow, type Page, type Paging, type Row, uuid } from './world-parts.ts';

interface SynthflowSession {
  id: string;
  /** What the list of simulations serves for it, in this order. */
  rows: unknown[];
  /** What the session itself embeds; default the rows. */
  embedded?: unknown;
  /** Replaces members of the session itself; `undefined` takes one away. */
  over?: Row;
}

export interface SynthflowWorld extends Paging {
  sessions?: SynthflowSession[];
  suites?: Row[];
  cases?: Row[];
  agents?: Row[];
}

const SYNTHFLOW_AGENT = '1726005822670-239735712159542050';
const CRITERIA = ['Greets the caller', 'Confirms the booking'];
const PASSED = { success: true, evaluations: [yes(), yes()] };
export const FAILED = { success: false, evaluations: [yes(), { success: false, reasoning: 'It never confirmed.' }] };

export function yes(): Row {
  return { success: true, reasoning: 'It did.' };
}

/** A simulation that completed and passed, with four turns. */
export function simulation(session: string, n: number, over: Row = {}): Row {
  const minute = new Date(Date.UTC(2026, 10, 1, 9, n)).toISOString();
  return {
    simulation_id: uuid(session, 'run', n),
    simulation_session_id: session,
    simulation_case_id: uuid('case', n),
    simulation_case_name: `Case ${n}`,
    success_criteria: CRITERIA,
    call_success_type: 'all',
    target_agent_id: SYNTHFLOW_AGENT,
    agent_name: 'Front desk',
    status: 'completed',
    created_at: minute,
    updated_at: new Date(Date.parse(minute) + 45_000).toISOString(),
    error_info: null,
    recording_url: null,
    timeline: conversation(),
    success_criteria_analysis: PASSED,
    ...over,
  };
}

export function failing(session: string, n: number, over: Row = {}): Row {
  return simulation(session, n, { success_criteria_analysis: FAILED, ...over });
}

export function conversation(): Row[] {
  return [
    { sender_type: 'user', type: 'message', value: 'Hello, I need a table.', timestamp: 0.5 },
    { sender_type: 'agent', type: 'message', value: 'For how many guests?', timestamp: 2 },
    { sender_type: 'user', type: 'message', value: 'For seven, by the lighthouse.', timestamp: 4 },
    { sender_type: 'agent', type: 'message', value: 'It is booked.', timestamp: 6 },
  ];
}

export function synthflowCase(n: number, over: Row = {}): Row {
  return {
    simulation_case_id: uuid('case', n),
    name: `Case ${n}`,
    prompt: 'You want a table.',
    type: 'custom',
    success_criteria: CRITERIA,
    call_success_type: 'all',
    created_at: '2026-10-01T09:00:00Z',
    updated_at: '2026-10-01T09:00:00Z',
    ...over,
  };
}

export function suite(name: string, over: Row = {}): Row {
  return {
    id: uuid('suite', name),
    name,
    model_id: SYNTHFLOW_AGENT,
    workspace_id: 'w1',
    language: 'en-US',
    case_summaries: [],
    created_at: '2026-10-01T09:00:00Z',
    updated_at: '2026-10-01T09:00:00Z',
    ...over,
  };
}

export function synthflowWorld(world: SynthflowWorld): Handler {
  const { sessions = [], suites = [], cases = [], agents = [] } = world;
  const all = () => sessions.flatMap(({ rows }) => rows);
  return ({ method, path, query }) => {
    if (method !== 'GET' || !path.startsWith('/v2/')) return undefined;
    const [list, id, inner] = path.slice('/v2/'.length).replace(/\/$/, '').split('/');
    const answerPage = (name: string, items: readonly unknown[]) => page(world, name, items, query);
    switch (list) {
      case 'assistants':
        return answerPage('assistants', agents);
      case 'simulation_suites':
        return id ? one(suites, 'id', id) : answerPage('suites', suites);
      case 'simulation_cases': {
        const owner = query.get('suite_id');
        const found = owner ? cases.filter((item) => item.suite_id === owner) : cases;
        return id ? one(cases, 'simulation_case_id', id) : answerPage('cases', found);
      }
      case 'simulations':
        break;
      default:
        return undefined;
    }
    if (id === undefined) {
      const wanted = query.get('simulation_session_id');
      const rows = wanted ? (sessions.find((session) => session.id === wanted)?.rows ?? []) : all();
      return answerPage('simulations', filtered(rows, query));
    }
    if (id === 'sessions') {
      const plain = [...query.keys()].every((key) => key.startsWith('page_'));
      const matching = sessions.filter(({ rows }) => plain || filtered(rows, query).length > 0);
      return answerPage('sessions', matching.map(sessionObject));
    }
    if (id === 'session') {
      const found = sessions.find((session) => session.id === inner);
      return found ? { body: ok(sessionObject(found)) } : notFound();
    }
    const embedded = sessions.flatMap((session) => (Array.isArray(session.embedded) ? session.embedded : []));
    return one([...all(), ...embedded].filter(isRow), 'simulation_id', id);
  };
}

export function ok(response: unknown): Row {
  return { status: 'ok', response };
}

/** The documented envelope of a page. */
export function synthflowEnvelope({ list, items, total, skip, size }: Page): Row {
  if (list === 'suites') return ok({ items, total, page_number: skip / size + 1, page_size: size });
  const pagination = { total_records: total, limit: size, offset: skip };
  return ok(list === 'assistants' ? { assistants: items, pagination } : { pagination, items });
}

/** The same with other counts than it has. */
export function withPagination(pagination: unknown): (page: Page) => Row {
  return (page) => ok({ pagination, items: page.items });
}

function page(world: SynthflowWorld, list: string, items: readonly unknown[], query: Asked['query']): Reply {
  const asked = Number(query.get('page_size') ?? query.get('limit') ?? 10);
  const size = Math.min(asked, world.clamp ?? 100);
  const skip =
    list === 'assistants' ? Number(query.get('offset') ?? 0) : (Number(query.get('page_number') ?? 1) - 1) * size;
  const { envelope = synthflowEnvelope } = world;
  return { body: envelope({ list, items: items.slice(skip, skip + size), total: items.length, skip, size }) };
}

function filtered(rows: readonly unknown[], query: Asked['query']): unknown[] {
  const status = query.get('status');
  const agent = query.get('target_agent_id');
  const since = query.get('start_date');
  const until = query.get('end_date');
  if (!status && !agent && !since && !until) return [...rows];
  return rows.filter(isRow).filter((row) => {
    const created = Date.parse(String(row.created_at));
    if (status && row.status !== status) return false;
    if (agent && row.target_agent_id !== agent) return false;
    return !(since && created < Date.parse(since)) && !(until && created > Date.parse(until));
  });
}

/** Counters as the rows have them, unless the case has others. */
function sessionObject({ id, rows, embedded = rows, over = {} }: SynthflowSession): Row {
  const known = rows.filter(isRow);
  const having = (status: string) => known.filter((row) => row.status === status).length;
  return {
    simulation_session_id: id,
    simulations: embedded,
    total_simulations: rows.length,
    completed_simulations: having('completed'),
    failed_simulations: having('failed'),
    pending_simulations: having('in-progress'),
    ...over,
  };
}

function one(items: readonly Row[], key: string, id: string): Reply {
  const found = items.find((item) => String(item[key]) === id);
  return found ? { body: ok(found) } : notFound();
}

function notFound(): Reply {
  return { status: 404, body: { detail: { status: 'error', description: 'Not found', category: 'not_found' } } };
}
