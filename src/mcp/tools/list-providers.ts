import * as z from 'zod/v4';
import type { ProblemKind } from '../../model/problem.ts';
import { type CheckResult, capabilitiesOf } from '../../providers/provider.ts';
import { PLATFORM_NAMES, usable } from '../../providers/registry.ts';
import { mapLimited } from '../../providers/shared/concurrency.ts';
import { platformDeadline } from '../../reading/platform-deadline.ts';
import { agentFileOf, agentFileProblem } from '../agent-file.ts';
import { type DataOf, defineTool } from '../tool.ts';

const providerSchema = z.object({
  id: z.string(),
  label: z.string(),
  configured: z.boolean(),
  sandbox: z.boolean(),
  host: z.string().optional(),
  capabilities: z.array(z.string()),
  key_accepted: z.boolean().optional().describe('Absent where the platform did not say'),
  problem: z.string().optional(),
});

/** What speaks of the key; anything else only says that it could not be tried. */
const REFUSED: ReadonlySet<ProblemKind> = new Set(['unauthorized', 'forbidden', 'payment_required']);

const WITHOUT_A_KEY = 'To try everything without a key, start this server with --sandbox or AGENT_SIM_SANDBOX=1.';

export const listProviders = defineTool({
  name: 'list_providers',
  title: 'List providers',
  description: `Which simulation platforms are configured (${PLATFORM_NAMES}): host, what each can do, whether it is the sandbox, and which variable a missing key belongs in.`,
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({ check: z.boolean().optional().describe('Try each key with one cheap request') }),
  output: z.object({
    providers: z.array(providerSchema),
    checked: z.boolean().optional(),
    agent_file: z.string().optional().describe('Sandbox: what its agent follows'),
    notes: z.array(z.string()).optional(),
  }),
  async run({ check }, { registry, config, signal }) {
    const states = await registry.states();
    const providers = await mapLimited(
      states,
      4,
      async ({ id, label, provider, problem }): Promise<z.infer<typeof providerSchema>> => {
        if (!provider) return { id, label, configured: false, sandbox: false, capabilities: [], problem };
        const facts = {
          id,
          label,
          configured: true,
          sandbox: provider.sandbox,
          host: provider.host,
          capabilities: capabilitiesOf(provider),
        };
        if (!check) return facts;
        const part = platformDeadline(provider, signal);
        const result = await provider.check({ signal: part.signal }).catch((error: unknown): CheckResult => {
          const { message, kind } = part.outcome(error);
          return { ok: false, kind, problem: message };
        });
        const key_accepted = result.ok || (result.kind !== undefined && REFUSED.has(result.kind) ? false : undefined);
        return { ...facts, key_accepted, problem: result.problem };
      },
    );
    const ready = usable(states);
    const note = registry.note();
    const fileProblem = agentFileProblem(ready);
    const notes = [
      ...config.problems,
      ...(note !== undefined && !providers.every(isConfigured) ? [note] : []),
      ...(providers.some(isConfigured) ? [] : [WITHOUT_A_KEY]),
      ...(fileProblem === undefined ? [] : [fileProblem]),
    ];
    return {
      providers,
      checked: check || undefined,
      agent_file: agentFileOf(ready),
      notes: notes.length > 0 ? notes : undefined,
    };
  },
});

export type ListProviders = DataOf<typeof listProviders>;

function isConfigured({ configured }: z.infer<typeof providerSchema>): boolean {
  return configured;
}
