import * as z from 'zod/v4';
import { capabilitiesOf } from '../../providers/provider.ts';
import { mapLimited } from '../../providers/shared/concurrency.ts';
import { patience } from '../../reading/patience.ts';
import { defineTool } from '../tool.ts';

const providerSchema = z.object({
  id: z.string(),
  label: z.string(),
  configured: z.boolean(),
  sandbox: z.boolean(),
  host: z.string().optional(),
  capabilities: z.array(z.string()),
  key_accepted: z.boolean().optional(),
  problem: z.string().optional(),
});

export const listProviders = defineTool({
  name: 'list_providers',
  title: 'List providers',
  description:
    'Which simulation platforms are configured (Synthflow, NiCE Cognigy Simulator, Coval, Future AGI), what each can do, its host, and whether it is the sandbox. With check=true each key is tried with one cheap request; what is wrong and which variable to set is said.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  untrusted: 'none',
  input: z.strictObject({ check: z.boolean().optional().describe('Try each key (default false)') }),
  output: z.object({
    providers: z.array(providerSchema),
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
        const part = patience(provider, signal);
        const result = await provider.check({ signal: part.signal }).catch((error: unknown) => {
          const { message } = part.outcome(error);
          return { ok: false, problem: message };
        });
        return { ...facts, key_accepted: result.ok, problem: result.problem };
      },
    );
    const ready = providers.filter((one) => one.configured);
    const note = registry.note();
    const notes = [...config.problems, ...(note !== undefined && ready.length < providers.length ? [note] : [])];
    return {
      data: { providers, notes: notes.length > 0 ? notes : undefined },
      headline: [
        `${ready.length} of ${providers.length} platforms configured.`,
        ...providers.map((one) => {
          const facts = one.configured
            ? [
                one.sandbox ? 'sandbox' : undefined,
                one.host,
                one.capabilities.join(', '),
                check ? (one.key_accepted ? 'key accepted' : 'key NOT accepted') : undefined,
              ]
            : ['not configured'];
          return `- ${one.id} (${one.label}): ${facts.filter(Boolean).join(' · ')}${one.problem ? `. ${one.problem}` : ''}`;
        }),
        ...notes,
      ].join('\n'),
      lines: [],
      next:
        ready.length === 0
          ? ['start this server with --sandbox or AGENT_SIM_SANDBOX=1 to try everything without a key']
          : ['list_tests shows what can be started, list_sessions what was run'],
    };
  },
});
