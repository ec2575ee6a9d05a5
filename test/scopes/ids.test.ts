// Goal: whoever names a run names one of their own scope.
// Method: ids and scopes that lead elsewhere, at a Nova in whose scope below a run lies.
import { expect, test } from 'vitest';
import { Ask, defineAgent, defineOrganisation, Nova } from 'nova-agents';

const clerk = defineAgent({
  id: 'clerk',
  version: 1,
  does: 'Says it again.',
  input: Ask,
  outcomes: { told: Ask },
  examples: [],
  act: (input, say) => say.told(input),
});
const organisation = defineOrganisation({ id: 'office', agents: [clerk], roles: {} });

test.each([
  ['acme', 'shop/r1'],
  ['acme', ''],
  ['acme', 'r 1'],
  ['acme/shop/', 'r1'],
  ['', 'acme/shop/r1'],
  ['acme/shop#', 'r1'],
  ['a/b/c/d', 'r1'],
])('6.2 neither an id nor a scope leads elsewhere: %j %j', async (scope, id) => {
  const nova = new Nova({ organisation });
  await nova.run('clerk', { text: 'secret' }, { scope: 'acme/shop', id: 'r1' });
  const reached = { scope, id };
  await expect(nova.run('clerk', { text: 'x' }, reached)).rejects.toMatchObject({
    code: 'bad_request',
  });
  await expect(nova.ask('x', reached)).rejects.toMatchObject({ code: 'bad_request' });
  await nova.close();
});
