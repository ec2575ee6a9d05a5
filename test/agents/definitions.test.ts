// Goal: the specialists form one organisation whose promises about each other hold.
// Method: the organisation is built with its grants; each definition is read for what every one must have.
import { describe, expect, test } from 'vitest';
import { defineOrganisation } from 'nova-agents';
import { grants } from '../../agents/grants.ts';
import { dependencies } from '../../agents/engineering/dependencies.ts';
import { riskyChanges } from '../../agents/engineering/risky-changes.ts';
import { releaseNotes } from '../../agents/pipeline/release-notes.ts';
import { erpArchitect } from '../../agents/erp/erp-architect.ts';
import { inventory } from '../../agents/erp/inventory.ts';
import { invoiceAuditor } from '../../agents/erp/invoice-auditor.ts';
import { ledgerKeeper } from '../../agents/erp/ledger-keeper.ts';
import { purchasing } from '../../agents/erp/purchasing.ts';
import { tenancyGuard } from '../../agents/erp/tenancy-guard.ts';
import { researcher } from '../../agents/general/researcher.ts';
import { openIssues } from '../../agents/projects/open-issues.ts';
import { workInProgress } from '../../agents/projects/work-in-progress.ts';

const agents = [
  dependencies,
  erpArchitect,
  inventory,
  invoiceAuditor,
  ledgerKeeper,
  purchasing,
  tenancyGuard,
  openIssues,
  releaseNotes,
  researcher,
  riskyChanges,
  workInProgress,
];

test('they load together, within their grants, and nobody sends work to nobody', () => {
  const organisation = defineOrganisation({ id: 'o', agents, grants });
  expect(organisation.byId.size).toBe(agents.length);
  expect([...organisation.tools.values()].every(({ effect }) => effect === 'reads')).toBe(true);
});

describe.each(agents.map((agent) => [agent.id, agent] as const))('%s', (_, agent) => {
  test('says what it does, where it stops, how it fails, and is asked in many ways', () => {
    const asks = [...agent.examples.map(({ ask }) => ask), ...agent.asks];
    expect(new Set(asks).size).toBe(asks.length);
    expect(asks.length).toBeGreaterThanOrEqual(8);
    expect(agent.examples.length).toBeGreaterThanOrEqual(2);
    expect(Object.keys(agent.doesNot).length).toBeGreaterThanOrEqual(2);
    expect(new Set(agent.failsBy.map(({ caughtBy }) => caughtBy)).size).toBeGreaterThanOrEqual(2);
  });

  test('uses no more than its grant, and the grant no more than it uses', () => {
    const granted = grants[agent.id as keyof typeof grants];
    expect(agent.tools.map(({ name }) => name).toSorted()).toEqual([...granted.tools]);
  });
});
