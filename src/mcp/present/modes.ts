/** How failure modes read, wherever they are shown. Their words are untrusted: lines of these stand inside the fence. */
import { CODERS, type CodedBy, type Coder, MODE_SOURCES, type Mode, type ModeSource } from '../../model/modes.ts';
import { plural } from '../../model/plural.ts';
import { interval, percent } from './words.ts';

const CODED: Readonly<Record<Coder, string>> = {
  assistant: 'read by an assistant',
  person: 'read by a person',
  model: 'read by a model',
  vendor: 'in a cluster of the platform that a mode adopted',
  wording: 'of the same wording as one that was read',
};

/** `3 read by an assistant, 9 of the same wording as one that was read`. */
export function codedBy(counts: CodedBy): string {
  return CODERS.flatMap((coder) => (counts[coder] ? [`${counts[coder]} ${CODED[coder]}`] : [])).join(', ');
}

interface Counts {
  total: number;
  coded: number;
  uncoded: number;
  singles: number;
  coded_by?: CodedBy | undefined;
  sampled?: { size: number; read: number; unseen?: number | undefined } | undefined;
}

/** `12 of 20 failures are coded (…), 1 of them of no mode; 8 nobody has read.`; '' where nothing failed. */
export function codedSentence({ total, coded, uncoded, singles, coded_by = {} }: Counts): string {
  if (total === 0) return '';
  const who = coded > 0 ? ` (${codedBy(coded_by)})` : '';
  const single = singles > 0 ? `, ${singles} of them of no mode` : '';
  const rest = uncoded > 0 ? `; ${uncoded} nobody has read` : '';
  return `${coded} of ${plural(total, 'failure')} ${coded === 1 ? 'is' : 'are'} coded${who}${single}${rest}.`;
}

/** `5 nobody has read, 1 of no mode`: what of some failures is of no mode; '' for none. */
export function withoutMode({ uncoded, singles }: Pick<Counts, 'uncoded' | 'singles'>): string {
  return [uncoded > 0 && `${uncoded} nobody has read`, singles > 0 && `${singles} of no mode`]
    .filter(Boolean)
    .join(', ');
}

/** Whether shares are estimated from a sample, and what it has not shown; '' where there is none, or every failure is coded. */
export function sampledSentence({ sampled, total, uncoded }: Counts): string {
  if (!sampled || uncoded === 0 || sampled.size >= total) return '';
  const { size, read, unseen } = sampled;
  if (read < size)
    return `${size} of ${plural(total, 'failure')} were drawn at random, ${read} of these are coded: shares are estimated once all are.`;
  const rest =
    unseen === undefined
      ? ''
      : ` About ${percent(unseen)} of all failures are of modes that it has not shown, by those met once.`;
  return `Shares are estimated from ${size} of ${plural(total, 'failure')}, drawn at random.${rest}`;
}

/** `12 failures`; where their share is not known, `12 of 392 failures`, so that their weight can be seen. */
export function weightOf(failures: number, share: number | undefined, total: number | undefined): string {
  return share === undefined && total !== undefined
    ? `${failures} of ${plural(total, 'failure')}`
    : plural(failures, 'failure');
}

/** `M-1a2b3c · title · 12 failures in 7 runs (34 %) · source agent · change of prompt`. */
export function modeLine(
  {
    id,
    title,
    failures,
    runs,
    share,
    share_interval,
    source,
    fix_kind,
    status,
  }: Pick<Mode, 'id' | 'title'> & Partial<Mode>,
  total?: number,
): string {
  const of = share === undefined ? '' : ` (${percent(share)}${share_interval ? `, ${interval(share_interval)}` : ''})`;
  return [
    id,
    title,
    failures !== undefined &&
      runs !== undefined &&
      `${weightOf(failures, share, total)} in ${plural(runs, 'run')}${of}`,
    source && `source ${source}`,
    fix_kind && `change of ${fix_kind}`,
    status !== 'active' && status,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** `Failures by source: 12 agent, 3 test.`: by whose fault they are. */
export function sourcesSentence(sources: Partial<Record<ModeSource, number>>): string {
  const parts = MODE_SOURCES.flatMap((source) => (sources[source] ? [`${sources[source]} ${source}`] : []));
  return parts.length > 0 ? `Failures by source: ${parts.join(', ')}.` : '';
}
