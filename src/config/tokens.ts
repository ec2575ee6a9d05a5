import { createHash, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../machines/protocol/principal.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';

/** By principal: the SHA-256 of their token, in hex. A token is as secret as a password, and nothing keeps it. */
export type Tokens = Readonly<Record<string, string>>;

/** Whose token it is. @throws BadRequestError where it is nobody's. */
export function provenBy(tokens: Tokens, token: string): Principal {
  const given = createHash('sha256').update(token).digest();
  for (const [id, hash] of Object.entries(tokens)) {
    const kept = Buffer.from(hash, 'hex');
    if (kept.length === given.length && timingSafeEqual(kept, given)) return { id, proof: 'token' };
  }
  throw new BadRequestError('the token is nobody’s here');
}
