import type { JobView } from "../../api/client.ts";
import { fitted, textWidth } from "../../design/graph/text-width.ts";
import { FACT_SIZE } from "./model.ts";

/** A fact in the room of its node. A skipped job names the one to blame: that name is cut, not what became of it. */
export function shortened(job: Pick<JobView, "status" | "reason">, fact: string, room: number): string {
  const [, blamed = ""] = /^needs (.+), which /.exec(job.reason) ?? [];
  const isBlamed = job.status === "skipped" && blamed !== "" && fact.startsWith(blamed);
  if (!isBlamed || textWidth(fact, FACT_SIZE) <= room) return fitted(fact, room, FACT_SIZE);
  const end = fact.slice(blamed.length);
  return `${fitted(blamed, room - textWidth(end, FACT_SIZE), FACT_SIZE)}${end}`;
}
