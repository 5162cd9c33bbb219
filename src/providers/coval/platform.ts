/** The platform, as it stands in references and messages. */
export const PLATFORM = { id: 'coval', label: 'Coval' } as const;
