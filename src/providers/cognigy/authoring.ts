/**
 * Writing scenarios with the vendor's help: from a flow, from one conversation, from transcript files. These calls are slow,
 * cost tokens and store nothing (but for uploads, which the vendor deletes after use), so none is repeated by itself.
 */
import type { UploadedFile } from '../../http/multipart.ts';
import type { VendorHttp, VendorRequest } from '../../http/types.ts';
import { isRecord, listOf, object, readable, string } from '../shared/fields.ts';
import { count, text, truth } from '../shared/scalars.ts';
import { readObject, unreadable } from './answers.ts';
import { nameOf } from './evaluations.ts';
import { criterionReader, scenarioReader, type WireCriterion, type WireScenario } from './wire.ts';

const PATIENCE_MS = 180_000;

const described = object({ name: text, description: text, successCriteria: listOf(criterionReader) });
const optionsReader = object({
  simulationName: text,
  missionTypes: listOf(described),
  personaTypes: listOf(described),
});
const requestReader = object({
  requestId: text,
  expiresAt: text,
  maxFiles: count,
  maxFileSize: count,
  maxTotalSize: count,
  supportedFormats: listOf(string),
  status: text,
});
const uploadReader = object({ success: truth, requestId: text, status: text });

/** Members of a scenario as they are sent; `successCriteria` in the stored form. */
export interface ScenarioBody {
  name?: string;
  persona?: string;
  personaName?: string;
  mission?: string;
  successCriteria?: { type: string; params: Record<string, unknown> }[];
  maxTurns?: number;
  flowReferenceId?: string;
  flowId?: string | null;
  aiAgentReferenceId?: string;
  jobNodeId?: string;
}

/** One agent or job of a flow instead of all of it. The vendor spells the agent's member in its own way here. */
export interface FlowPart {
  flowId: string;
  aiagentReferenceId?: string;
  jobNodeId?: string;
}

export const PACKAGE_FIELDS = [
  'simulationName',
  'personaName',
  'personaDescription',
  'mission',
  'successCriteria',
] as const;

export function authoringEndpoints(http: VendorHttp, project: (signal: AbortSignal) => Promise<string>) {
  async function ask(path: string, body: Record<string, unknown>, signal: AbortSignal): Promise<unknown> {
    const projectId = await project(signal);
    const request: VendorRequest = {
      method: 'POST',
      path,
      query: { projectId },
      body,
      signal,
      intent: 'start',
      deadline_ms: PATIENCE_MS,
    };
    return (await http.request(request)).body;
  }

  return {
    personas: {
      /** What a flow could be tested for, and with whom. */
      async options(part: FlowPart, signal: AbortSignal) {
        const body = await ask('/testing/personas/options', { ...part }, signal);
        return readObject(body, optionsReader, [], 'persona options');
      },
      /** Complete drafts for a mission type and a persona type of `options`. Body and answer are INFERRED. */
      async generate(
        choice: FlowPart & { missionType: unknown; personaType: unknown; numberOfSuccessCriteria?: number },
        signal: AbortSignal,
      ): Promise<WireScenario[]> {
        return packagesIn(await ask('/testing/personas/generate', { ...choice }, signal));
      },
      /** One field of a draft again; the whole draft goes along as context. The names of members are INFERRED. */
      async regenerateField(
        draft: { flowId: string; field: (typeof PACKAGE_FIELDS)[number]; personaPackage: Record<string, unknown> },
        signal: AbortSignal,
      ): Promise<unknown> {
        const body = await ask('/testing/personas/regenerate-field', { ...draft }, signal);
        if (!isRecord(body)) throw unreadable('the field');
        const inner = isRecord(body.personaPackage) ? body.personaPackage : body;
        return inner[draft.field] ?? inner.value ?? inner.result;
      },
      /** A draft from one conversation, by its session or its text; the session wins where both are given. */
      async fromTranscript(
        source: { sessionId?: string; transcriptContent?: string; flowId?: string; numberOfSuccessCriteria?: number },
        signal: AbortSignal,
      ): Promise<WireScenario> {
        const projectReference = await project(signal);
        const [draft] = packagesIn(
          await ask('/testing/personas/from-transcript', { projectReference, ...source }, signal),
        );
        if (!draft) throw unreadable('a draft');
        return draft;
      },
    },

    /** Three steps: a request, its files one by one, the drafts. */
    transcripts: {
      async request(signal: AbortSignal) {
        const body = await ask('/testing/v1/transcript-request', {}, signal);
        return readObject(body, requestReader, [], 'the transcript request');
      },
      /** PDF, CSV or DOCX. The encoding (multipart, member `file`) is INFERRED. */
      async upload(requestId: string, file: UploadedFile, signal: AbortSignal) {
        const projectId = await project(signal);
        const { body } = await http.request({
          method: 'POST',
          path: '/testing/v1/transcript-upload',
          query: { projectId },
          form: { requestId, file },
          signal,
          intent: 'start',
          deadline_ms: PATIENCE_MS,
        });
        return uploadReader(body) ?? {};
      },
      /** Drafts from what was uploaded, which is deleted with that. */
      async generate(
        wanted: { requestId: string; flowReference: string; numberOfSuccessCriteria?: number },
        signal: AbortSignal,
      ): Promise<WireScenario[]> {
        const projectId = await project(signal);
        return packagesIn(await ask('/testing/v1/generate-from-transcript', { projectId, ...wanted }, signal));
      },
    },
  };
}

/** Drafts in an answer: a list under one of several names, or a single one. */
export function packagesIn(body: unknown): WireScenario[] {
  const found = Array.isArray(body) ? body : isRecord(body) ? listIn(body) : [];
  return readable(scenarioReader, found).filter((draft) => (draft.mission ?? draft.personaDescription) !== undefined);
}

function listIn(body: Record<string, unknown>): unknown[] {
  const { scenarios, personaPackages, packages, personas, data, personaPackage } = body;
  const list = [scenarios, personaPackages, packages, personas, data].find((value) => Array.isArray(value));
  if (Array.isArray(list)) return list;
  return [personaPackage ?? (isRecord(data) ? data : body)];
}

/**
 * A draft as a scenario can be created from it: drafts speak of `simulationName` and `personaDescription`, and their
 * criteria come in two shapes that scenarios do not take.
 */
export function toScenarioBody(draft: WireScenario): ScenarioBody {
  const name = draft.name ?? draft.simulationName;
  const persona = draft.persona ?? draft.personaDescription;
  return {
    ...(name === undefined ? {} : { name }),
    ...(persona === undefined ? {} : { persona }),
    ...(draft.personaName === undefined ? {} : { personaName: draft.personaName }),
    ...(draft.mission === undefined ? {} : { mission: draft.mission }),
    successCriteria: (draft.successCriteria ?? []).map(stored),
    ...(draft.maxTurns === undefined ? {} : { maxTurns: draft.maxTurns }),
  };
}

function stored(criterion: WireCriterion, index: number): { type: string; params: Record<string, unknown> } {
  const { type, params, text } = criterion;
  // Types nobody has described keep what they came with.
  if (type !== 'text') return { type, params };
  const name = nameOf(criterion, index);
  return { type, params: { ...params, name, text: text ?? name } };
}
