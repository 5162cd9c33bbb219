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

/** `12 of 20 failures are coded (…); 8 nobody has read.` */
export function codedSentence(coded: number, total: number, counts: CodedBy): string {
  if (total === 0) return '';
  const who = coded > 0 ? ` (${codedBy(counts)})` : '';
  const rest = total - coded;
  return `${coded} of ${plural(total, 'failure')} ${coded === 1 ? 'is' : 'are'} coded${who}${rest > 0 ? `; ${rest} nobody has read` : ''}.`;
}

/** `M-1a2b3c · title · 12 failures in 7 runs (34 %) · source agent · change of prompt`. */
export function modeLine({ id, title, failures, runs, share, share_interval, source, fix_kind, status }: Mode): string {
  const of = share === undefined ? '' : ` (${percent(share)}${share_interval ? `, ${interval(share_interval)}` : ''})`;
  return [
    id,
    title,
    `${plural(failures, 'failure')} in ${plural(runs, 'run')}${of}`,
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
