/** Of a state that waits for whoever comes, not for something that has to come: it needs no way out by time. */
export const SERVING = 'serving';
