/** The platform, as it stands in references and messages. */
export const PLATFORM = { id: 'synthflow', label: 'Synthflow' } as const;
