/** The platform, as it stands in references and messages. */
export const PROVIDER = { id: 'coval', label: 'Coval' } as const;
