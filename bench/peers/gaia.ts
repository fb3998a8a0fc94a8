import { Lab } from "../lab.ts";
import { chain, independent, workload } from "../workloads.ts";
import type { Contender } from "./peer.ts";

/** Gaia beside its peers. Its steps are processes; of those in a program's own process it has none yet. */
export async function startGaia(): Promise<Contender> {
  const lab = new Lab();
  const kept = new Set<string>();
  const perform = async (name: string, definition: string): Promise<void> => {
    if (!kept.has(name)) await lab.keep(definition);
    kept.add(name);
    await lab.timed(name);
  };
  try {
    await lab.start();
  } catch (caught) {
    await lab.stop();
    throw caught;
  }
  return {
    chain: (steps) => {
      const name = `chain-${steps}`;
      return perform(name, workload(name, "true", chain(steps)).definition);
    },
    independent: (steps) => {
      const name = `independent-${steps}`;
      return perform(name, workload(name, "true", independent(steps)).definition);
    },
    stop: lab.stop,
  };
}
