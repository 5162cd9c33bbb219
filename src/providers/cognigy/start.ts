/** Starting a batch: one request that runs a scenario some number of times. */
import * as z from 'zod/v4';
import { isProblem, Problem } from '../../model/problem.ts';
import type { StartOperations, StartReceipt, StartStep } from '../provider.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { instant } from '../shared/scalars.ts';
import { isProblemDocument, unreadable } from './answers.ts';
import type { Batches } from './batches.ts';
import type { SimulatorClient } from './client.ts';
import { configure } from './configuration.ts';
import type { Directory } from './directory.ts';
import { namedMember } from './faults.ts';
import { totalOf } from './map-batch.ts';
import { scenarioName } from './map-test.ts';
import { OPTIONS, readOptions, refuse } from './options.ts';
import { PLATFORM } from './platform.ts';
import { batchIn } from './receipt.ts';
import type { Scenarios } from './scenarios.ts';
import { idOf, type WireBatch } from './wire.ts';

/** The platform takes JSON bodies of 60 kB (limits page, 2025-10). */
const MOST_BYTES = 60_000;
const LONGEST_NAME = 120;
/** Nameless candidates that are read one by one, in case only the list leaves the name out. */
const MOST_READ = 5;
const MOST_PAGES = 5;
const PAGE = 50;

const bodySchema = z.strictObject({
  scenario: z.string(),
  name: z.string(),
  runConfig: z.strictObject({
    flowReferenceId: z.string(),
    entrypoint: z.string(),
    largeLanguageModelReferenceId: z.string(),
    localeReferenceId: z.string().optional(),
    userId: z.string().optional(),
    data: z.record(z.string(), z.unknown()).optional(),
    enableMocking: z.boolean().optional(),
  }),
  numberOfExecutions: z.int().min(1),
});

export function startOperations(
  client: SimulatorClient,
  directory: Directory,
  scenarios: Scenarios,
  batches: Batches,
): StartOperations {
  return {
    accepts: ['agent', 'repeat', 'name', 'provider_options'],
    options: OPTIONS,

    async plan(request, { signal }) {
      if (request.test.kind !== 'case') throw refuse('Cognigy starts scenarios, which are cases.', 'Pass a case.');
      const options = readOptions(request.provider_options);
      const scenario = await scenarios.find(request.test.ids[0] ?? '', signal);
      const chosen = await configure(scenario, request.agent, options, directory, signal);
      const test_name = scenarioName(scenario) ?? scenario.key;
      const body = {
        scenario: scenario.key,
        name: request.name?.trim() || test_name,
        runConfig: chosen.config,
        numberOfExecutions: request.repeat,
      };
      if (Buffer.byteLength(JSON.stringify(body)) > MOST_BYTES) {
        throw refuse(
          'The request would be larger than the 60 kB that Cognigy takes.',
          'Send less provider_options.data.',
        );
      }
      const where = [
        `on flow "${chosen.flow}"`,
        `model "${chosen.llm}"`,
        ...(chosen.locale === undefined ? [] : [`locale "${chosen.locale}"`]),
        ...(chosen.snapshot === undefined ? [] : [`snapshot "${chosen.snapshot}"`]),
      ].join(', ');
      return {
        runs: request.repeat,
        steps: [{ label: `scenario "${test_name}" × ${request.repeat} ${where}`, runs: request.repeat, body }],
        test_name,
        agent: chosen.flow,
        notes: [
          'Cognigy meters simulation runs, and a language model plays and judges each of them.',
          options.enable_mocking === true
            ? 'Nodes with mock code run that instead of themselves; the others do what they do for real users.'
            : 'The flow does what it does for real users, calls to other systems included; provider_options.enable_mocking runs mock code where nodes have it.',
          'Cognigy deletes runs after a while; expires_at of a run says when.',
        ],
      };
    },

    async send(step, { signal }) {
      const { scenario, name, ...body } = readStep(step);
      let answer: unknown;
      try {
        answer = await client.runNow(scenario, { name: taggedName(name, step.correlation_id), ...body }, signal);
      } catch (error) {
        throw explained(error);
      }
      const batch = batchIn(answer, scenario);
      // A yes may come without a name for what it started; an error that came with 200 is no yes.
      if (batch === undefined && isProblemDocument(answer)) throw unreadable('the batch it started', answer, 'unknown');
      return batch === undefined ? {} : { session: [scenario, batch] };
    },

    async find(step, window, { signal }, earlier = []) {
      const { scenario, numberOfExecutions } = readStep(step);
      const known = new Set(earlier.flatMap((receipt) => receipt.session?.at(-1) ?? []));
      const list = batches.ofScenario(scenario, {}, PAGE, signal);
      const accept = (wire: WireBatch) => {
        const id = idOf(wire);
        return id !== undefined && !known.has(id) && isInside(wire, window) ? { id, wire } : undefined;
      };
      const until = (wire: WireBatch) => list.descends() && isBefore(wire, window.since);
      const options = { limit: PAGE * MOST_PAGES, most_pages: MOST_PAGES };
      const {
        items: candidates,
        coverage,
        next,
      } = await cursorPage(PLATFORM, [source({ list, accept, until })], options);
      const found: { receipt: StartReceipt; certain: boolean }[] = [];
      for (const [index, { id, wire }] of candidates.entries()) {
        const name = wire.name ?? wire.runName ?? (index < MOST_READ ? await nameOf(scenario, id, signal) : undefined);
        const receipt = { session: [scenario, id] };
        if (name !== undefined) {
          // A name that comes back is proof, one way or the other.
          if (step.correlation_id !== undefined && name.includes(tagOf(step.correlation_id)))
            found.push({ receipt, certain: true });
          continue;
        }
        if ((totalOf(wire) ?? numberOfExecutions) === numberOfExecutions) found.push({ receipt, certain: false });
      }
      // Nothing is there only where everything was seen.
      if (found.length === 0 && (!coverage.complete || next !== undefined))
        throw unreadable('all sessions of the test');
      return found.sort((a, b) => Number(b.certain) - Number(a.certain));
    },
  };

  async function nameOf(scenario: string, batch: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const wire = await client.batches.get(scenario, batch, signal);
      return wire.name ?? wire.runName;
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  }
}

function readStep(step: StartStep): z.output<typeof bodySchema> {
  const parsed = bodySchema.safeParse(step.body);
  if (parsed.success) return parsed.data;
  throw new Problem('internal', 'A step of a start that this server did not write.', {
    provider: PLATFORM.id,
    sent: 'no',
  });
}

function tagOf(id: string): string {
  return `(${id})`;
}

/** A name of its own for each start, so that a batch whose answer was lost can be recognised. */
function taggedName(name: string, id: string | undefined): string {
  if (id === undefined) return name.slice(0, LONGEST_NAME);
  const tail = ` ${tagOf(id)}`;
  return `${name.slice(0, LONGEST_NAME - tail.length)}${tail}`;
}

function isInside(wire: WireBatch, { since, until }: { since: Date; until: Date }): boolean {
  const at = instant(wire.createdAt);
  // Seconds are cut off, so a moment in the same second counts as inside.
  return at === undefined || (at >= since.getTime() - 1000 && at <= until.getTime());
}

function isBefore(wire: WireBatch, since: Date): boolean {
  const at = instant(wire.createdAt);
  return at !== undefined && at < since.getTime() - 1000;
}

const MEMBER_WORDS = {
  flowReferenceId: 'flow (`agent`)',
  localeReferenceId: 'locale (provider_options.locale)',
  largeLanguageModelReferenceId: 'language model (provider_options.llm)',
  entrypoint: 'snapshot or project (provider_options.snapshot)',
} as const;

/** A refusal that names one of the ids: which form of id they take is documented nowhere, so the other way is offered. */
function explained(error: unknown): unknown {
  const member = namedMember(error);
  if (member === undefined || !isProblem(error)) return error;
  return new Problem(error.kind, error.message, {
    ...error.details,
    next:
      `Cognigy refused the id of the ${MEMBER_WORDS[member]}; nothing was started. If that is the right one, ` +
      'start again with provider_options {"id_form": "object"}: Cognigy has two forms of ids.',
  });
}
