/**
 * References of agents: an agent definition goes by its id, a prompt template by `prompt~<template id>`, and a version of it by
 * `prompt~<template id>~v4`. What `start_simulation` takes as `agent` is the part behind `futureagi/agent/`.
 */
import { formatRef } from '../../model/refs.ts';
import type { AgentWrite } from '../provider.ts';
import { PLATFORM } from './settings.ts';

const PROMPT = 'prompt';

export interface PromptIds {
  template: string;
  /** The vendor's word, `v4`; absent: the version that is the default when it is looked at. */
  version?: string | undefined;
}

/** Whether a word names a version as the vendor does (contract: v and digits). */
export const isVersionName = (word: string) => /^v\d{1,9}$/.test(word);

/** The number in the name of a version. */
export const numberOfVersion = (name: string) => Number(name.slice(1));

/** Undefined for what is no prompt template. */
export function promptIdsOf(ids: readonly string[]): PromptIds | undefined {
  const [kind, template, version, ...more] = ids;
  if (kind !== PROMPT || template === undefined || more.length > 0) return undefined;
  const word = version?.toLowerCase();
  return word === undefined || isVersionName(word) ? { template, version: word } : undefined;
}

/** What is passed as `agent`; undefined for what is no prompt template. */
export function promptIdsIn(agent: string): PromptIds | undefined {
  return promptIdsOf(agent.trim().split('~'));
}

export function idsOfPrompt({ template, version }: PromptIds): [string, ...string[]] {
  return version === undefined ? [PROMPT, template] : [PROMPT, template, version];
}

export function refOfPrompt(ids: PromptIds): string {
  return formatRef(PLATFORM.id, 'agent', ...idsOfPrompt(ids));
}

/** As it is passed to `start_simulation`, with the platform. Of ids of the platform only: the words are trusted. */
export function agentArgument(ids: PromptIds): string {
  return `agent=${refOfPrompt(ids)}`;
}

/** A message of the vendor's history by which the write is found again. */
export function markedMessage({ message, mark }: Pick<AgentWrite, 'message' | 'mark'>): string {
  return message.includes(mark) ? message : `${message} [${mark}]`;
}
