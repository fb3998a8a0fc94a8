import { describe } from "vitest";

import type { Store } from "./port.ts";
import { testCommitStatuses } from "./suite/commit-statuses.ts";
import { testCommits } from "./suite/commits.ts";
import { testEvents } from "./suite/events.ts";
import { testHistory } from "./suite/history.ts";
import { testPipelines } from "./suite/pipelines.ts";
import { testPrograms } from "./suite/programs.ts";
import { testRandomCommits } from "./suite/random.ts";
import { testRunLists } from "./suite/run-lists.ts";
import { testRuns } from "./suite/runs.ts";
import { testSecrets } from "./suite/secrets.ts";
import { testUpkeep } from "./suite/upkeep.ts";

/** A store to be tested: empty, and alone. */
export interface StoreFixture {
  readonly store: Store;
  /** Closes the store and opens it again, with what it has kept. */
  reopen(): Promise<Store>;
  /** A place for a file that does not exist yet. */
  newPath(name: string): string;
  /** Opens what `backup` has written. */
  openBackup(path: string): Promise<Store>;
  /** Closes the store and leaves nothing behind. */
  remove(): Promise<void>;
}

export type MakeStore = () => Promise<StoreFixture>;

/** What every adapter of the store has to do. */
export function testStore(name: string, make: MakeStore): void {
  describe(`store ${name}`, () => {
    testCommits(make);
    testRuns(make);
    testRunLists(make);
    testEvents(make);
    testHistory(make);
    testPipelines(make);
    testPrograms(make);
    testSecrets(make);
    testCommitStatuses(make);
    testUpkeep(make);
    testRandomCommits(make);
  });
}
