/** Credentials of the customer's own servers, which real agents keep in their metadata: nothing may ever show one. */
import type { CovalSwitches } from './switches.ts';

const HEADER = 'Bearer sandbox-agent-secret-4f81c0';
const CUSTOM = 'sandbox-custom-header-77ab19d2';
/** In an attribute whose name speaks of it. */
export const ATTRIBUTE_SECRET = 'sandbox-crm-key-5d20b9e4';
const TRIGGER = 'sandbox-trigger-call-31c5e0f7';

/** What must stand in no part, answer, error or file, and must be at the platform after an edit of another part. */
export const CANARIES: readonly string[] = [HEADER, CUSTOM, TRIGGER, ATTRIBUTE_SECRET];

export const SECRETS = {
  authorization_header: HEADER,
  custom_headers: { 'X-Clinic-Key': CUSTOM },
  trigger_call_headers: { Authorization: TRIGGER },
} as const;

/** Metadata as it is answered: as it is kept, or with masks where it holds these. */
export function shownMetadata(metadata: Record<string, unknown>, { agent_secrets }: CovalSwitches) {
  if (agent_secrets === 'shown') return metadata;
  const names = Object.keys(SECRETS);
  const masked = Object.entries(metadata).map(([name, value]) => [name, names.includes(name) ? '****' : value]);
  return Object.fromEntries(masked);
}
