import type { Row } from "../row.ts";
import { DASHBOARD_ROWS } from "./dashboard.ts";
import { footprint } from "./footprint.ts";
import { history } from "./history.ts";
import { kills } from "./kills.ts";
import { bigLog } from "./log.ts";
import { programs } from "./programs.ts";
import { SPEED_ROWS } from "./speed.ts";
import { stopping } from "./stop.ts";

/** All rows, in the order of the table. */
export const ROWS: readonly Row[] = [
  ...SPEED_ROWS,
  programs,
  kills,
  stopping,
  bigLog,
  footprint,
  history,
  ...DASHBOARD_ROWS,
];
