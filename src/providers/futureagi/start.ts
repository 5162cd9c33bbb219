/**
 * Starting a run test. Every call of it costs money, so the body is the one that no reading of the contradicting
 * documentation gets wrong: `{}` for all scenarios, snake_case ids for some, never `select_all` (which one side calls an
 * exclusion and the other ignores), and nothing is ever sent twice or in another spelling.
 */
import * as z from 'zod/v4';
import { isProblem, Problem } from '../../model/problem.ts';
import type { CallContext, StartOperations, StartPlan, StartStep } from '../provider.ts';
import { type Choice, candidates } from '../shared/choose.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { collect, walk } from '../shared/pages.ts';
import { instant } from '../shared/scalars.ts';
import { vendorStatus } from './answers.ts';
import type { FutureAgiClient } from './client.ts';
import { agentNameOf, isChat, isId, type Lookup, scenariosOf } from './lookup.ts';
import { PLATFORM } from './platform.ts';
import type { RunTest } from './wire-app.ts';

/** What can be said when starting, and what it means. */
export const startOptions = {
  cases: 'Only these scenarios of the run test (ids or exact names); every row of a scenario is one run.',
  repeat: 'How many executions to start one after the other; each runs every chosen row once.',
} satisfies Record<string, string>;

/** Our own instructions in a step; the journal keeps them. */
const stepSchema = z.object({ run_test: z.string(), scenario_ids: z.array(z.string()).optional() });
/** Clock differences and the vendor's own delay, when executions are looked up by time. */
const SKEW_MS = 10_000;

/** How scenarios are spoken of. */
const SCENARIO: Choice = { platform: PLATFORM, what: 'scenario', kind: 'case' };

interface Member {
  id: string;
  name?: string;
  rows?: number;
  status?: string;
}

/** Scenarios with their row counts, of the list that knows them and of the run test itself; `whole` = all of them. */
async function membersOf(client: FutureAgiClient, runTest: RunTest, { signal }: CallContext) {
  const own = scenariosOf(runTest);
  const listed = await collect(walk(client.runTestScenarios(runTest.id, 200, signal))).catch((error: unknown) => {
    if (vendorStatus(error) === undefined) throw error;
    return undefined;
  });
  const { rows, coverage } = listed ?? { rows: [], coverage: { complete: own.length > 0, missing: undefined } };
  const counted = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(own.map(({ id }) => id));
  const members: Member[] = [...own, ...rows.filter(({ id }) => !known.has(id)).map(({ id, name }) => ({ id, name }))];
  return {
    // A list that knows no pages shows the same ones again, and says nothing against the run test itself.
    whole: coverage.complete || (own.length > 0 && coverage.missing === undefined),
    members: members.map((member) => ({
      ...member,
      name: member.name ?? counted.get(member.id)?.name,
      rows: counted.get(member.id)?.row_count ?? member.rows,
    })),
  };
}

/** The one run test that holds a scenario. Throws `not_found` or `ambiguous`. */
async function holderOf(lookup: Lookup, scenario: string, call: CallContext): Promise<RunTest> {
  const { items, coverage } = await lookup.runTests(call);
  const holding = items.filter((runTest) => scenariosOf(runTest).some((one) => one.id === scenario));
  const [only, ...others] = holding;
  if (!only) {
    const all = coverage.complete ? 'No run test' : `None of the ${items.length} run tests that were looked at`;
    const message = `${all} holds this scenario, and Future AGI only runs scenarios inside one.`;
    throw new Problem('not_found', message, {
      provider: PLATFORM.id,
      next: 'list_tests lists the run tests; get_test names the scenarios of one: start that one, with `cases`.',
    });
  }
  if (others.length > 0) {
    throw new Problem('ambiguous', `${holding.length} run tests hold this scenario.`, {
      provider: PLATFORM.id,
      next: 'Start one of them as the test and name the scenario in `cases`.',
      candidates: candidates(holding, '', { platform: PLATFORM, what: 'run test', kind: 'suite' }),
    });
  }
  return only;
}

/** The members that `cases` names, by id or exact name. */
function choose(members: readonly Member[], cases: readonly string[]): Member[] {
  return cases.map((wanted) => {
    const plain = wanted.trim();
    const named = members.filter((member) => member.name?.toLowerCase() === plain.toLowerCase());
    const found = members.find((member) => member.id === plain) ?? (named.length === 1 ? named[0] : undefined);
    if (found) return found;
    throw new Problem('invalid_input', 'One of `cases` is no scenario of this run test.', {
      provider: PLATFORM.id,
      next: 'Name scenarios by the ids that get_test prints for this run test.',
      candidates: candidates(members, plain, SCENARIO),
    });
  });
}

export function createStart(client: FutureAgiClient, lookup: Lookup): StartOperations {
  return {
    accepts: ['cases', 'repeat'],
    options: {},

    async plan(request, call): Promise<StartPlan> {
      const scenario = request.test.kind === 'case' ? (request.test.ids.at(-1) ?? '') : undefined;
      const runTest =
        scenario === undefined
          ? await lookup.runTest(request.test.ids[0] ?? '', call)
          : await lookup.runTest((await holderOf(lookup, scenario, call)).id, call);
      if (isChat(runTest)) {
        throw new Problem('unsupported', 'This run test simulates a chat, which cannot be started from here.', {
          provider: PLATFORM.id,
          next: 'In a chat simulation your own code plays the agent, message by message: run it with the Future AGI SDK (the run test page offers a ready script), then read the results here.',
        });
      }
      const { members, whole } = await membersOf(client, runTest, call);
      if (members.length === 0) {
        throw new Problem('invalid_input', 'This run test has no scenarios, so there is nothing to run.', {
          provider: PLATFORM.id,
          next: 'Add a scenario to it in Future AGI first.',
        });
      }
      const cases = scenario === undefined ? (request.cases ?? []) : [scenario];
      const chosen = cases.length > 0 ? choose(members, [...new Set(cases)]) : members;
      const all = cases.length === 0 || chosen.length === members.length;
      const known = (whole || !all) && chosen.every((member) => member.rows !== undefined);
      let runs = chosen.reduce((sum, member) => sum + (member.rows ?? 1), 0);
      const picked = runTest.dataset_row_ids.length;
      if (picked > 0) runs = Math.min(runs, picked);
      const notes = ['Every scenario row becomes one call, which Future AGI bills to the organisation.'];
      if (!known)
        notes.push('Future AGI does not say how many rows the scenarios have, so the number of runs is a lower bound.');
      if (picked > 0) notes.push('The run test is limited to selected rows of its scenarios.');
      const open = chosen.filter((member) => member.status && member.status.toLowerCase() !== 'completed').length;
      if (open > 0)
        notes.push(
          `${open} of the scenarios may still be generating; Future AGI refuses to start until they are done.`,
        );
      if (runTest.simulate_eval_configs_detail.length === 0 && runTest.evals_detail.length === 0)
        notes.push('The run test has no evaluations, so its runs will have no verdict.');
      const body = {
        run_test: runTest.id,
        ...(all ? {} : { scenario_ids: chosen.map((member) => member.id) }),
      };
      const repeat = Math.max(1, request.repeat);
      const name = runTest.name ?? runTest.id;
      const agent = agentNameOf(runTest);
      lookup.rememberTest(runTest);
      return {
        ...(known ? { runs: runs * repeat } : {}),
        steps: Array.from({ length: repeat }, (_, index) => ({
          label: repeat === 1 ? `run test "${name}"` : `run test "${name}", repetition ${index + 1} of ${repeat}`,
          runs,
          body,
        })),
        test_name: name,
        ...(agent ? { agent } : {}),
        notes,
      };
    },

    async send(step, call) {
      const { run_test: runTest, scenario_ids: scenarios } = readStep(step);
      try {
        const id = await client.execute(runTest, scenarios ? { scenario_ids: scenarios } : {}, call.signal);
        if (!id) {
          throw new Problem('unreadable', 'Future AGI accepted the start but did not say which execution it is.', {
            provider: PLATFORM.id,
            next: 'Look it up with list_sessions before starting again.',
            sent: 'unknown',
          });
        }
        lookup.remember(id, lookup.recallTest(runTest) ?? { run_test: runTest });
        return { session: [id] };
      } catch (error) {
        if (!isProblem(error) || vendorStatus(error) !== 400) throw error;
        if (!/unknown field/i.test(error.details.vendor?.message ?? '')) throw error;
        throw new Problem(
          error.kind,
          'Future AGI refused the request because it does not know a field of it; nothing was started.',
          {
            ...error.details,
            next: 'This deployment spells the choice of scenarios differently: start the whole run test, without `cases`.',
            cause: error,
          },
        );
      }
    },

    async find(step, window, call, earlier = []) {
      const { run_test: runTest } = readStep(step);
      const taken = new Set(earlier.flatMap((receipt) => receipt.session ?? []));
      return (await startedIn(client, runTest, window, taken, call)).map((id) => {
        lookup.remember(id, lookup.recallTest(runTest) ?? { run_test: runTest });
        // Anyone else of the organisation may have started the same run test meanwhile.
        return { receipt: { session: [id] }, certain: false };
      });
    },
  };
}

/** Executions that began in a window, but for those of `taken`, the nearest to its start first. Throws where that cannot be told. */
async function startedIn(
  client: FutureAgiClient,
  runTest: string,
  { since, until }: { since: Date; until: Date },
  taken: ReadonlySet<string>,
  { signal }: CallContext,
): Promise<string[]> {
  const from = since.getTime() - SKEW_MS;
  const to = until.getTime() + SKEW_MS;
  const mayBe = (id: string, at: number | undefined): { id: string; at: number } | undefined =>
    at !== undefined && !taken.has(id) && at >= from && at <= to ? { id, at } : undefined;
  const recent = source({
    list: client.executions(runTest, {}, 50, signal),
    accept: ({ id, start_time }) => mayBe(id, instant(start_time)),
    // The newest come first.
    until: ({ start_time }) => (instant(start_time) ?? from) < from,
  });
  const found = await cursorPage(PLATFORM, [recent], { limit: 50 }).catch(async (error: unknown) => {
    if (vendorStatus(error) === undefined) throw error;
    const latest = await client.latestExecution(runTest, signal);
    const one = latest && mayBe(latest.id, instant(latest.started_at));
    return { items: one ? [one] : [], next: undefined, coverage: { complete: true } };
  });
  if (found.items.length === 0 && (!found.coverage.complete || found.next !== undefined)) {
    throw new Problem(
      'unreadable',
      'Future AGI did not list the executions of this run test so that all can be read.',
      {
        provider: PLATFORM.id,
        next: 'Look with list_sessions whether it was started.',
        sent: 'unknown',
      },
    );
  }
  const away = ({ at }: { at: number }) => Math.abs(at - since.getTime());
  return found.items.sort((a, b) => away(a) - away(b)).map(({ id }) => id);
}

function readStep(step: StartStep): z.infer<typeof stepSchema> {
  const parsed = stepSchema.safeParse(step.body);
  if (parsed.success && isId(parsed.data.run_test)) return parsed.data;
  throw new Problem('internal', 'A step of this start cannot be read.', { provider: PLATFORM.id, sent: 'no' });
}
