/** The platform, wherever it is named: id in references, label in messages. */
export const PLATFORM = { id: 'futureagi', label: 'Future AGI' };
