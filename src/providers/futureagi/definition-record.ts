/** An agent definition as it is read to be shown, and right before it is written. */
import type { CallContext } from '../provider.ts';
import { revisionOf } from '../shared/agent-parts.ts';
import type { Api } from '../shared/api.ts';
import { unreadableAnswer } from '../shared/faults.ts';
import { collect, walk } from '../shared/pages.ts';
import { identifier } from '../shared/scalars.ts';
import type { WireAgentVersion } from './agent-wire.ts';
import { ENDPOINTS } from './endpoints.ts';
import { PLATFORM } from './settings.ts';

/** A definition as it was sent, and the key of its latest version as it is shown. */
export interface Definition {
  record: Readonly<Record<string, unknown>>;
  versions: readonly WireAgentVersion[];
  /** Of the latest version: credentials belong to a version. */
  version_key?: unknown;
}

/** Reads only. */
export async function readDefinition(api: Api, id: string, { signal }: CallContext): Promise<Definition> {
  const record = await api.one(ENDPOINTS.getAgentDefinition, { params: { id }, signal });
  const answered = identifier(record.id) ?? id;
  if (answered.toLowerCase() !== id) throw unreadableAnswer(PLATFORM, 'with another agent than the one asked for');
  const { rows } = await collect(walk(api.list(ENDPOINTS.listAgentVersions, { params: { id }, signal })));
  const versions = rows.sort((a, b) => (b.version_number ?? 0) - (a.version_number ?? 0));
  const vid = identifier(record.latest_version_id) ?? versions[0]?.id;
  if (!vid) return { record, versions };
  const latest = await api.one(ENDPOINTS.getAgentVersion, { params: { id, vid }, signal });
  return { record, versions, version_key: latest.api_key };
}

/** Changes with what the record says and with its latest version. */
export function revisionOfDefinition({ record }: Definition): string {
  return revisionOf(record, ['created_at', 'updated_at', 'versions', 'active_version', 'version_count']);
}
