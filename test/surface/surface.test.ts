/** What hosts see at connect: rules over every tool, the byte budget, and a snapshot that changes only on purpose. */
import { describe, expect, it } from 'vitest';
import { TOOLS, wireTool } from '../../src/mcp/catalogue.ts';
import { INSTRUCTIONS } from '../../src/mcp/instructions.ts';
import { PROMPTS } from '../../src/mcp/prompts/prompts.ts';
import { TEMPLATES } from '../../src/mcp/resources/resources.ts';

const wire = TOOLS.map(wireTool);

function* nodes(value: unknown, path = ''): Generator<[path: string, key: string, value: unknown]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    yield [path, key, member];
    yield* nodes(member, `${path}/${key}`);
  }
}

describe.each(wire.map((tool) => [tool.name, tool] as const))('%s', (name, tool) => {
  it('has a short snake_case name, a title and all four annotations', () => {
    expect(name).toMatch(/^[a-z][a-z_]{2,31}$/);
    expect(tool.title.length).toBeGreaterThan(3);
    expect(Object.keys(tool.annotations).sort()).toEqual([
      'destructiveHint',
      'idempotentHint',
      'openWorldHint',
      'readOnlyHint',
      'title',
    ]);
  });

  it('is described in at most 600 characters without addresses', () => {
    expect(tool.description.length).toBeLessThanOrEqual(600);
    expect(tool.description).not.toMatch(/https?:|www\./);
  });

  it('has flat schemas that every host takes', () => {
    for (const schema of [tool.inputSchema, tool.outputSchema]) {
      expect(schema.type).toBe('object');
      for (const [path, key, value] of nodes(schema)) {
        const isProperty = path.endsWith('/properties');
        if (isProperty) expect(typeof value, `${path}/${key}`).toBe('object');
        else
          expect(
            ['$schema', '$ref', '$defs', 'anyOf', 'oneOf', 'allOf', 'not', 'propertyNames', 'patternProperties'],
            `${path}/${key}`,
          ).not.toContain(key);
        if (key === 'type' && !isProperty) expect(typeof value).toBe('string');
      }
    }
    expect(tool.inputSchema).toHaveProperty('additionalProperties', false);
  });

  it('describes what is not plain from the name', () => {
    for (const [path, key, value] of nodes(tool.inputSchema)) {
      if (!path.endsWith('/properties') || path !== '/properties') continue;
      if (['kind', 'status', 'verdict'].includes(key)) continue;
      expect(value, `${name}.${key}`).toHaveProperty('description');
    }
  });
});

describe('the whole surface', () => {
  it('fits its byte budget', () => {
    expect(Buffer.byteLength(JSON.stringify(wire))).toBeLessThanOrEqual(24_000);
  });

  it('explains the loop in under 1,500 characters', () => {
    expect(INSTRUCTIONS.length).toBeLessThan(1_500);
  });

  it('stays as it is', () => {
    expect({
      wire,
      templates: TEMPLATES,
      prompts: PROMPTS.map(({ text: _text, ...prompt }) => prompt),
    }).toMatchSnapshot();
  });
});
