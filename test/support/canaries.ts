/** Credentials that the sandbox's agents hold, of all platforms: no answer, file or error of ours may hold one. */
import { CANARIES as COGNIGY } from '../../src/sandbox/dialects/cognigy/seeds.ts';
import { CANARIES as COVAL } from '../../src/sandbox/dialects/coval/agent-secrets.ts';
import { CANARIES as FUTUREAGI } from '../../src/sandbox/dialects/futureagi/canaries.ts';
import { CANARIES as SYNTHFLOW } from '../../src/sandbox/dialects/synthflow/agent-seeds.ts';

export const CANARIES: readonly string[] = [SYNTHFLOW, COGNIGY, COVAL, FUTUREAGI].flatMap((canaries) =>
  Object.values(canaries),
);
