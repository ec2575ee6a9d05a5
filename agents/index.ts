import { defineOrganisation } from 'nova-agents';
import { arbiter } from './coordination/arbiter.ts';
import { composer } from './coordination/composer.ts';
import { memoryKeeper } from './coordination/memory-keeper.ts';
import { planner } from './coordination/planner.ts';
import { reporter } from './coordination/reporter.ts';
import { router } from './coordination/router.ts';
import { verifier } from './coordination/verifier.ts';
import { codeReviewer } from './engineering/code-reviewer.ts';
import { refactorer } from './engineering/refactorer.ts';
import { reviewChange } from './engineering/review-change.ts';
import { testWriter } from './engineering/test-writer.ts';
import { erpArchitect } from './erp/erp-architect.ts';
import { inventory } from './erp/inventory.ts';
import { invoiceAuditor } from './erp/invoice-auditor.ts';
import { ledgerKeeper } from './erp/ledger-keeper.ts';
import { purchasing } from './erp/purchasing.ts';
import { tenancyGuard } from './erp/tenancy-guard.ts';
import { researcher } from './general/researcher.ts';
import { explainer } from './general/explainer.ts';
import { frontDesk } from './general/front-desk.ts';
import { summariser } from './general/summariser.ts';
import { answerVisitor } from './general/answer-visitor.ts';
import { visitorGuide } from './general/visitor-guide.ts';
import learned from './learned.json' with { type: 'json' };
import { grants } from './grants.ts';
import { copyEditor } from './language/copy-editor.ts';
import { blogWriter } from './language/blog-writer.ts';
import { publishPost } from './language/publish-post.ts';
import { translator } from './language/translator.ts';
import { moderator } from './language/moderator.ts';
import { releaseNotes } from './pipeline/release-notes.ts';
import { commandRunner } from './pipeline/command-runner.ts';
import { pipelineRunner } from './pipeline/pipeline-runner.ts';
import { dataExtractor } from './pipeline/data-extractor.ts';
import { tableImporter } from './pipeline/table-importer.ts';
import { monthEnd } from './erp/month-end.ts';
import { clientSites } from './projects/client-sites.ts';
import { marketplaceSpecialist } from './projects/marketplace-specialist.ts';
import { partsCatalogue } from './projects/parts-catalogue.ts';
import { triage } from './projects/triage.ts';
import { workspaceKeeper } from './projects/workspace-keeper.ts';

/** Who splits a request, finds the right specialist, puts the answer together and holds it to the request; for any team. */
export const coordination = {
  agents: [router, planner, composer, verifier],
  roles: { router: 'router', planner: 'planner', composer: 'composer', verifier: 'verifier' },
} as const;

/** The team that comes with Nova. One more agent is one file, one line here and one in grants.ts. */
export const organisation = defineOrganisation({
  id: 'nova',
  module: import.meta.url,
  agents: [
    ...coordination.agents,
    memoryKeeper,
    arbiter,
    reporter,
    workspaceKeeper,
    codeReviewer,
    refactorer,
    testWriter,
    releaseNotes,
    copyEditor,
    moderator,
    translator,
    blogWriter,
    tableImporter,
    dataExtractor,
    commandRunner,
    pipelineRunner,
    marketplaceSpecialist,
    partsCatalogue,
    clientSites,
    ledgerKeeper,
    invoiceAuditor,
    purchasing,
    inventory,
    tenancyGuard,
    erpArchitect,
    researcher,
    explainer,
    frontDesk,
    summariser,
    visitorGuide,
  ],
  teams: [reviewChange, triage, monthEnd, answerVisitor, publishPost],
  roles: { ...coordination.roles, memoryKeeper: 'memory-keeper' },
  grants,
  learned,
});
