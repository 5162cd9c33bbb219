/** The labelled reasons are what they are meant to be: hard for wording, and without a hint for a reader. */
import { describe, expect, it } from 'vitest';
import { wordingOf } from '../../src/analysis/wording.ts';
import { adjustedRand } from '../analysis/clusters/agreement.ts';
import { LABELLED_DOMAINS, labelsOf, reasonsOf } from './labelled/labelled.ts';

describe.each(LABELLED_DOMAINS)('the reasons of the domain %s', (domain) => {
  it('are 100, each with one cause of 9 to 12, of very different sizes, some of them single', async () => {
    const labels = await labelsOf(domain);
    expect((await reasonsOf(domain)).map(({ id }) => id).sort()).toEqual(Object.keys(labels).sort());
    const causes = Object.values(labels);
    const sizes = [...new Set(causes)].map((cause) => causes.filter((label) => label === cause).length);
    expect(causes).toHaveLength(100);
    expect(sizes.length).toBeGreaterThanOrEqual(9);
    expect(sizes.length).toBeLessThanOrEqual(12);
    expect(Math.max(...sizes)).toBeGreaterThanOrEqual(15);
    expect(sizes.filter((size) => size === 1)).toHaveLength(2);
  });

  it('share no wording and no opening, so that nothing but reading finds what belongs together', async () => {
    const reasons = await reasonsOf(domain);
    expect(new Set(reasons.map(({ reason }) => wordingOf('', reason))).size).toBe(reasons.length);
    const openings = reasons.map(({ reason }) => reason.toLowerCase().split(/\s+/).slice(0, 4).join(' '));
    expect(new Set(openings).size).toBe(reasons.length);
  });

  it('name one cause under several criteria and several causes under one criterion', async () => {
    const [reasons, labels] = [await reasonsOf(domain), await labelsOf(domain)];
    const truth = reasons.map(({ id }) => labels[id] ?? '');
    const byCriterion = reasons.map(({ evaluation }) => evaluation);
    const byCase = reasons.map(({ case: name = '' }) => name);
    expect(adjustedRand(truth, byCriterion)).toBeLessThan(0.15);
    expect(adjustedRand(truth, byCase)).toBeLessThan(0.15);
  });

  it('come in an order and under ids that say nothing', async () => {
    const [reasons, labels] = [await reasonsOf(domain), await labelsOf(domain)];
    const beside = reasons.filter(({ id }, at) => labels[id] === labels[reasons[at + 1]?.id ?? '']).length;
    // By chance alone about one in nine has a neighbour of its cause.
    expect(beside).toBeLessThan(20);
    for (const { id } of reasons) expect(id).toMatch(/^[ae]\d{3}$/);
  });
});
