/** The short form of `npm run test:faults`: cells and fields picked from all over, each vendor's own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VENDORS } from '../support/platforms.ts';
import { type Bases, openBases } from './bases.ts';
import { FAULTS } from './faults.ts';
import { runFields } from './fields.ts';
import { isDefect } from './lies.ts';
import { runHeavy, runLies, runLight } from './sweep.ts';
import { line } from './table.ts';

let bases: Bases;
beforeAll(async () => {
  bases = await openBases();
});
afterAll(() => bases.close());

describe.concurrent.each(VENDORS)('%s', (vendor) => {
  it('answers rightly, or with an error and a next step, under faults', async () => {
    const cells = await runLight(vendor, FAULTS, bases, { step: 37, width: 8 });
    expect(cells.length).toBeGreaterThan(40);
    expect(cells.filter(({ outcome }) => outcome === 'WRONG').map(line)).toEqual([]);
  });

  it('states nothing that is not so, whatever the platform says', async () => {
    const cells = await runLies(vendor, bases, { turns: true, width: 1 });
    expect(cells.length).toBeGreaterThan(50);
    const wrong = cells.filter(({ outcome, fault }) => outcome === 'WRONG' && !isDefect(vendor, fault));
    expect(wrong.map(line)).toEqual([]);
  });

  it('calls nothing passed that failed, whatever one field holds', async () => {
    const findings = await runFields(vendor, { step: 97, width: 1 });
    expect(findings.length).toBeGreaterThan(20);
    expect(findings.filter(({ outcome }) => outcome === 'WRONG')).toEqual([]);
  });
});

it('reads no 200 MB', async () => {
  const faults = FAULTS.filter(({ name }) => name === '200 MB of rows' || name === 'gzip bomb of 200 MB');
  const cells = await runHeavy('coval', faults, bases, { operation: 'page' });
  // Growth beyond the bound makes a cell wrong.
  expect(cells.map(({ outcome }) => outcome)).toEqual(['problem', 'problem']);
});

it('never asks another origin', () => {
  expect(bases.stolen()).toEqual([]);
});
