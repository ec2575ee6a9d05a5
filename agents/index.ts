import { defineOrganisation } from 'nova-agents';
import { composer } from './coordination/composer.ts';
import { planner } from './coordination/planner.ts';
import { router } from './coordination/router.ts';
import { dependencies } from './engineering/dependencies.ts';
import { riskyChanges } from './engineering/risky-changes.ts';
import { grants } from './grants.ts';
import { releaseNotes } from './pipeline/release-notes.ts';
import { openIssues } from './projects/open-issues.ts';
import { workInProgress } from './projects/work-in-progress.ts';

/** The team that comes with Nova. One more agent is one file, one line here and one in grants.ts. */
export const organisation = defineOrganisation({
  id: 'nova',
  module: import.meta.url,
  agents: [
    router,
    planner,
    composer,
    workInProgress,
    openIssues,
    releaseNotes,
    dependencies,
    riskyChanges,
  ],
  roles: { router: 'router', planner: 'planner', composer: 'composer' },
  grants,
});
