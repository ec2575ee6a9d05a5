// Goal: tenant, branch and month are read out of a person's words, and never guessed.
// Method: a table of ways to say them, and of requests that lack one or name two.
import { expect, test } from 'vitest';
import { askedOf } from '../../../agents/erp/kit/request.ts';

const whole = { tenant: 'acme', branch: 'lagos', period: '2026-06' };

test.each([
  'acme/lagos 2026-06',
  'Audit ACME/Lagos for June 2026, please.',
  'books/acme/lagos in 06/2026',
  'Are the invoices of tenant acme, branch lagos right in 2026-06?',
  'the lagos branch of tenant acme, Jun 2026',
  'tenant: "acme" branch="lagos" 6/2026',
  'How does the Lagos branch of the acme tenant stand in june, 2026?',
  'acme/lagos from 2026-06-01 to 2026-06-30',
  "The tenant's books of acme/lagos, one of three branches, in 2026-06",
  'acme/lagos and again acme/lagos, 2026-06 (June 2026)',
])('%j', (text) => {
  expect(askedOf({ text })).toEqual(whole);
});

test.each([
  ['Are the invoices right?', 'tenant, nor the branch, nor the month'],
  ['acme/lagos', 'does not say the month'],
  ['acme/lagos in June', 'does not say the month'],
  ['acme/lagos in May and June 2026', 'more than one month'],
  ['acme/lagos, from Apr. to Jun 2026', 'more than one month'],
  ['acme/lagos in May, June and July, 2026', 'more than one month'],
  ['tenant acme, 2026-06', 'does not say the branch'],
  ['the lagos branch, 2026-06', 'does not say the tenant'],
  ['acme/lagos and acme/accra in 2026-06', 'more than one branch'],
  ['acme/lagos and nord/lagos in 2026-06', 'more than one tenant'],
  ['tenant acme, branch lagos and branch accra, 2026-06', 'more than one branch'],
  ['the lagos branch and branch accra of tenant acme, 2026-06', 'more than one branch'],
  ['acme/lagos in May 2026 and June 2026', 'more than one month'],
  ['acme/lagos/../accra in 2026-06', 'does not say the tenant'],
  ['compare each branch of our tenant in 2026-06', 'tenant, nor the branch'],
  ['the branches of tenant acme in 2026-06', 'does not say the branch'],
  ['acme/lagos in 2026-13', 'does not say the month'],
])('%j is lacking something', (text, reason) => {
  expect(askedOf({ text })).toMatchObject({ reason: expect.stringContaining(reason) });
});

const request = 'Audit acme/lagos in 2026-06, and …';
test.each([
  'check its stock',
  'compare the stock with the counts',
  'which articles are in stock?',
  'does its stock of flour match?',
  'list the bookings of the same branch',
  'what is due in June 2026?',
])('%j is about what the request names', (text) => {
  expect(askedOf({ text, request })).toEqual(whole);
});

test.each([
  'check the stock of beta',
  'compare stock and counts for nord',
  'which invoices are open in accra?',
  'check the stock of tenant nord',
])('%j may be about another place', (text) => {
  expect(askedOf({ text, request })).toMatchObject({ reason: expect.stringContaining('branch') });
});
