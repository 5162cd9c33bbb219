/** The platform, as it stands in references and messages. */
export const PROVIDER = { id: 'cognigy', label: 'NiCE Cognigy Simulator' } as const;
