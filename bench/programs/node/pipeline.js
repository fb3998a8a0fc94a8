// Three empty jobs, one behind the other.
import { job } from "@gaia/sdk";

const one = job("One", { run() {} });
const two = job("Two", { dependsOn: [one], run() {} });
const three = job("Three", { dependsOn: [two], run() {} });

export const jobs = [one, two, three];
