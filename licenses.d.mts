export function thirdPartyLicenses(root: string, inputs: readonly string[]): Promise<string>;
