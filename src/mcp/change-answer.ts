/** What applying a change, or taking it back, answers: with the calls to go on with, in the room that an answer has. */
import type { ChangeAnswer, ChangeQuestion } from '../changing/changer.ts';
import { nextCall } from '../model/next-call.ts';
import type { VendorFault } from '../model/problem.ts';
import { formatRef, parseRef } from '../model/refs.ts';
import type { Provider } from '../providers/provider.ts';
import type { ChangeAnswerShown } from './agent-schema.ts';
import { budgetFor } from './budget.ts';
import { clip } from './clean.ts';
import { changeQuestion } from './present/change-question.ts';
import { shownAffects } from './shown-agent.ts';
import { shownConflicts, shownDiff } from './shown-diff.ts';
import type { ToolContext, ToolQuestion } from './tool.ts';

/** References of the evidence that are looked at for the test to start again. */
const MOST_EVIDENCE = 3;

const SAVES = { title: 'Save it?', description: 'Yes saves this change on the platform' };
const TAKES_BACK = { title: 'Take it back?', description: 'Yes takes this change back on the platform' };

type Tool = 'apply_agent_change' | 'revert_agent_change';

/** A question to the person, or the answer. Throws only what would have thrown before anything was sent. */
export async function answeredChange(
  tool: Tool,
  result: ChangeAnswer | ChangeQuestion,
  context: Pick<ToolContext, 'registry' | 'signal' | 'redact'>,
): Promise<ChangeAnswerShown | ToolQuestion> {
  if ('needs' in result) {
    const yes = result.does === 'apply' ? SAVES : TAKES_BACK;
    return { ask: context.redact(changeQuestion(result)), state: result.token, yes };
  }
  const { change, target, outcome, verified, exposure, message, already, affects, by_hand } = result;
  // A copy or a draft that was taken back is nothing to start tests against.
  const isGone = tool === 'revert_agent_change' && outcome === 'saved' && (target === 'copy' || target === 'draft');
  const agent = isGone ? undefined : result.agent;
  const { not_taken, also_moved, lives_at, confirm, expires_at, vendor, conflicts = [] } = result;
  // What a person must do afterwards is said of what is, or will be, written.
  const written = outcome !== 'refused' && outcome !== 'conflict';
  const next = await nextSteps(tool, { ...result, agent }, context);
  const frame = {
    change,
    target,
    outcome,
    verified,
    exposure,
    message,
    means: (tool === 'apply_agent_change' && result.means) || undefined,
    host: result.host,
    already,
    agent,
    agent_name: clip(result.agent_name, 200),
    affects: affects && affects.length > 0 ? shownAffects(affects) : undefined,
    by_hand: written && by_hand.length > 0 ? [...by_hand] : undefined,
    not_taken: not_taken && not_taken.length > 0 ? not_taken : undefined,
    also_moved: also_moved && also_moved.length > 0 ? also_moved : undefined,
    lives_at,
    vendor: vendorShown(vendor),
    confirm,
    expires_at,
    next,
  };
  const room = budgetFor('digest', frame, message, next);
  if (outcome === 'saved') return { ...frame, diff_omitted: 0 };
  if (outcome === 'conflict')
    return { ...frame, conflicts: shownConflicts(conflicts, room, context.redact), diff_omitted: 0 };
  return { ...frame, ...shownDiff(result.diff, room, context.redact) };
}

function vendorShown(vendor: VendorFault | undefined): ChangeAnswerShown['vendor'] {
  if (!vendor) return undefined;
  const { status, code, message, field, request_id } = vendor;
  return {
    status,
    code: clip(code, 100),
    message: clip(message, 600),
    field: clip(field, 200),
    request_id: clip(request_id, 120),
  };
}

async function nextSteps(
  tool: Tool,
  { outcome, change, target, agent, confirm, evidence }: ChangeAnswer,
  context: Pick<ToolContext, 'registry' | 'signal'>,
): Promise<string[]> {
  const read = agent === undefined ? [] : [nextCall('get_agent', { agent }, 'shows what stands there now')];
  const again = nextCall(tool, { change, target }, 'looks what became of it; nothing is sent twice');
  if (outcome === 'confirmation_required')
    return confirm === undefined ? [] : [nextCall(tool, { change, target, confirm }, 'does it')];
  if (outcome === 'unknown') return [again, ...read];
  if (outcome !== 'saved' || tool === 'revert_agent_change') return read;
  const start = agent === undefined ? undefined : await startOf(agent, evidence ?? [], context);
  const revert = nextCall('revert_agent_change', { change, target }, 'takes it back');
  return [...(start === undefined ? [] : [start]), ...read, revert];
}

/**
 * The start of the test that the evidence is of, against the agent as it is now: planned only. Where no test is known, or
 * its start takes more than is known here, what finds that out; undefined where no test can be given that agent. Never throws:
 * the change is saved.
 */
async function startOf(
  agent: string,
  evidence: readonly string[],
  { registry, signal }: Pick<ToolContext, 'registry' | 'signal'>,
): Promise<string | undefined> {
  try {
    const ref = parseRef(agent);
    const provider = ref && (await registry.provider(ref.provider));
    if (!provider?.start) return undefined;
    const test = await testOf(provider, evidence, signal);
    const { accepts } = provider.start;
    const takes = accepts.includes('agent');
    if (test === undefined)
      return takes
        ? nextCall('list_tests', { provider: provider.id }, `finds a test to start again with agent=${agent}`)
        : undefined;
    // Where a start wants one of several personas, which one is not known here.
    if (accepts.includes('persona'))
      return nextCall('get_test', { test }, `says what its start takes; start it with agent=${agent}`);
    return nextCall(
      'start_simulation',
      { test, agent: takes ? agent : undefined, dry_run: true },
      'plans the test again and counts its runs',
    );
  } catch {
    return undefined;
  }
}

/** The first test that the evidence names, or that a session or run of it was of. */
async function testOf(
  provider: Provider,
  evidence: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const own = evidence.map((one) => parseRef(one)).filter((ref) => ref?.provider === provider.id);
  const named = own.find((ref) => ref?.kind === 'suite' || ref?.kind === 'case');
  if (named) return formatRef(named.provider, named.kind, ...named.ids);
  for (const ref of own.slice(0, MOST_EVIDENCE)) {
    if (ref?.kind === 'session' && provider.sessions) {
      const { test } = await provider.sessions.get(ref.ids, { signal });
      if (test !== undefined) return test;
    } else if (ref?.kind === 'run' && provider.runs) {
      const { test } = await provider.runs.get(ref.ids, { signal });
      if (test !== undefined) return test;
    }
  }
  return undefined;
}
