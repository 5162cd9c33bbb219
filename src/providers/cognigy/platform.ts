/** The platform, as it stands in references and messages. */
export const PLATFORM = { id: 'cognigy', label: 'NiCE Cognigy Simulator' } as const;
