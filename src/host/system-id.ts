import { randomUUID } from 'node:crypto';

/** A run's id: its time in base 36, so that ids sort by it, and a random part. */
export const newRunId = (at: number): string => `${at.toString(36)}-${randomUUID().slice(0, 8)}`;
