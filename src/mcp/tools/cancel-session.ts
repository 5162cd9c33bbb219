import * as z from 'zod/v4';
import { refSchema } from '../../model/schemas.ts';
import { unsupported } from '../../reading/reading.ts';
import { type DataOf, defineTool } from '../tool.ts';
import { printRef, sessionArgument } from './shared.ts';

export const cancelSession = defineTool({
  name: 'cancel_session',
  title: 'Cancel a session',
  description: 'Stops what the platform can stop of a running session; one that has ended is left as it is.',
  toolset: 'run',
  operation: 'cancel',
  idempotent: true,
  input: z.strictObject({ session: sessionArgument }),
  output: z.object({ session: refSchema, outcome: z.enum(['stopping', 'cancelled', 'already_ended']) }),
  async run({ session: text }, { registry, reading, signal, starter }) {
    const { provider, ref } = await registry.resolve(text, ['session']);
    if (!provider.cancel) throw unsupported(provider, 'stopping a session: its API has no such operation');
    const outcome = await provider.cancel.session(ref.ids, { signal });
    reading.forget(provider, ref.ids);
    const session = printRef(ref);
    const { audit } = await starter();
    await audit.record({ what: 'cancel', provider: provider.id, sandbox: provider.sandbox, outcome, subject: session });
    return { session, outcome };
  },
});

export type CancelSession = DataOf<typeof cancelSession>;
