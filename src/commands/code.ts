/**
 * `code`: has a model read what nobody has read of sessions, and keeps the failure modes that it names. For where no
 * assistant is: CI, loops. It says what it sends, and where, before it does. Never part of a tool call.
 */
import type { Config } from '../config/config.ts';
import { UsageError } from '../config/flags.ts';
import type { HttpSeams } from '../http/connection.ts';
import { countedModes } from '../mcp/mode-counts.ts';
import { isProblem, type ProblemKind } from '../model/problem.ts';
import { readLines, tokensOfAll } from '../modes/reader/batches.ts';
import { createModel, type ModelOptions } from '../modes/reader/model.ts';
import { questionTokens } from '../modes/reader/wires.ts';
import { batchLine, dryReport, jsonReport, notice, problemLines, textReport } from './code-report.ts';
import { type CodeSubject, openSubject } from './code-sessions.ts';
import { keyOf, targetOf } from './code-target.ts';
import { createServices, type Services } from './services.ts';

/** 0 = all coded, 2 = usage or settings, 3 = something is left. */
export type ExitCode = 0 | 2 | 3;

export interface Said {
  /** The result, on stdout. */
  out(text: string): void;
  /** What is going on, on stderr. */
  note(text: string): void;
}

export interface CodeSeams {
  limits?: ModelOptions['limits'];
  seams?: Partial<HttpSeams> | undefined;
}

export async function code(config: Config): Promise<void> {
  const services = createServices(config);
  const out = (text: string) => void process.stdout.write(services.redact(text));
  const note = (text: string) => void process.stderr.write(services.redact(`${text}\n`));
  try {
    process.exitCode = await codeSessions(config, services, { out, note });
  } finally {
    await services.close();
  }
}

type CodeServices = Pick<Services, 'registry' | 'modes' | 'changer' | 'redact' | 'settings' | 'log'>;
type CodeConfig = Pick<
  Config,
  'session' | 'sample' | 'masked' | 'maxTokens' | 'dryRun' | 'json' | 'model' | 'problems'
>;

/** Throws `UsageError`; every other failure is said, and told by the code. */
export async function codeSessions(
  config: CodeConfig,
  services: CodeServices,
  said: Said,
  { limits, seams }: CodeSeams = {},
): Promise<ExitCode> {
  const { session, sample, masked } = config;
  if (session === undefined)
    throw new UsageError('Name the session: code --session <provider>/session/<id>, or several separated by commas.');
  const { signal } = new AbortController();
  try {
    for (const problem of config.problems) said.note(problem);
    const target = config.dryRun ? undefined : targetOf(config.model);
    const subject = await openSubject(services, { session, sample, masked, signal });
    if (!target) return dryRun(config, subject, said);
    const { env } = await services.settings();
    const model = createModel({
      ...target,
      key: keyOf(env.AGENT_SIM_MODEL_KEY),
      redact: services.redact,
      env,
      log: services.log,
      limits,
      seams,
    });
    try {
      const { known } = subject.modes();
      const about = tokensOfAll(subject.sent, known, (messages) => model.tokensOf(messages));
      const work = { subject, about, masked, most_tokens: config.maxTokens, target };
      said.note(notice(work));
      const result = await readLines(subject.sent, {
        model,
        modes: subject.modes(),
        most_tokens: config.maxTokens,
        signal,
        save: (codes, batch) => subject.save(codes, batch),
        onBatch: (batch, number) => said.note(batchLine(batch, number)),
      });
      const left = subject.uncoded() > 0 || subject.incomplete !== undefined;
      const modes = (await countedModes(subject.coded)).filter(({ failures }) => failures > 0);
      const report = { ...work, result, spent: model.spent, modes, redact: services.redact };
      said.out(config.json ? jsonReport(report) : textReport(report));
      const last = result.batches.at(-1)?.refusal;
      if (result.stopped === 'problem' && last?.kind === 'problem' && USAGE.has(last.problem.kind)) return 2;
      return left ? 3 : 0;
    } finally {
      await model.close();
    }
  } catch (error) {
    if (!isProblem(error)) throw error;
    for (const line of problemLines(error)) said.note(line);
    return USAGE.has(error.kind) ? 2 : 3;
  }
}

/** What has to be written or set differently; everything else may go away by itself. */
const USAGE: ReadonlySet<ProblemKind> = new Set([
  'invalid_input',
  'wrong_kind',
  'not_found',
  'ambiguous',
  'unconfigured',
  'unsupported',
  'unauthorized',
  'forbidden',
]);

function dryRun({ model, json, masked, maxTokens }: CodeConfig, subject: CodeSubject, { out }: Said): ExitCode {
  const api = model.api === 'none' ? 'openai' : model.api;
  const { known } = subject.modes();
  const about = tokensOfAll(subject.sent, known, (messages) =>
    questionTokens(api, { model: model.name ?? '', messages, structured: true, most_tokens: 0 }),
  );
  out(dryReport({ subject, about, masked, most_tokens: maxTokens }, json));
  return 0;
}
