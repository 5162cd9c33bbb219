/**
 * What the MCP registry asks of a server.json, from its published schema of 2025-12-11: the parts that a package on npm
 * over stdio can use, and the registry's own rules on top (no range, no "latest", the name in package.json). Strict, so
 * that a member the schema does not have is found.
 */
import * as z from 'zod/v4';

const inputMembers = {
  description: z.string().optional(),
  default: z.string().optional(),
  value: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).optional(),
  format: z.enum(['string', 'number', 'boolean', 'filepath']).optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
};
const exactVersion = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'one exact version');

const positional = z
  .strictObject({
    ...inputMembers,
    type: z.literal('positional'),
    valueHint: z.string().optional(),
    isRepeated: z.boolean().optional(),
  })
  .refine((argument) => argument.value !== undefined || argument.valueHint !== undefined, 'a value or a hint');
const named = z.strictObject({
  ...inputMembers,
  type: z.literal('named'),
  name: z.string(),
  isRepeated: z.boolean().optional(),
});
const packageArguments = z.array(z.union([positional, named])).optional();

export const registryServer = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100).optional(),
  description: z.string().min(1).max(100),
  version: exactVersion,
  repository: z
    .strictObject({ url: z.url(), source: z.string(), id: z.string().optional(), subfolder: z.string().optional() })
    .optional(),
  websiteUrl: z.url().optional(),
  packages: z.array(
    z.strictObject({
      registryType: z.literal('npm'),
      registryBaseUrl: z.url().optional(),
      identifier: z.string(),
      version: exactVersion,
      runtimeHint: z.string().optional(),
      transport: z.strictObject({ type: z.literal('stdio') }),
      runtimeArguments: packageArguments,
      packageArguments,
      environmentVariables: z.array(z.strictObject({ ...inputMembers, name: z.string() })).optional(),
    }),
  ),
});
