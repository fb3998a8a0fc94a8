import { parentPort, workerData } from "node:worker_threads";
import { type CacheJob, performCacheJob } from "./work.ts";

performCacheJob(workerData as CacheJob, (answer) => parentPort?.postMessage(answer));
