import { chromiumPath } from "../../tools/chromium.ts";
import type { Row } from "../row.ts";
import { graphInBrowser } from "./dashboard-graph.ts";
import { firstLoad, interactive } from "./dashboard-load.ts";
import { logInBrowser } from "./dashboard-log.ts";
import { runsInBrowser } from "./dashboard-runs.ts";

/** The dashboard as a browser has it. */
export const DASHBOARD_ROWS: readonly Row[] = [
  { name: "dashboard-size", run: firstLoad },
  { name: "dashboard-load", run: interactive },
  { name: "dashboard-graph", run: graphInBrowser },
  { name: "dashboard-log", run: logInBrowser },
  { name: "dashboard-runs", run: runsInBrowser },
].map((row) => ({ ...row, check: () => void chromiumPath() }));
