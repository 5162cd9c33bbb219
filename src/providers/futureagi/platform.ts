/** The platform, as it stands in references and messages. */
export const PLATFORM = { id: 'futureagi', label: 'Future AGI' } as const;
