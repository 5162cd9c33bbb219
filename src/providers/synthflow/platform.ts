/** The platform, for references and messages. */
export const PLATFORM = { id: 'synthflow', label: 'Synthflow' } as const;
