// What Gaia starts: `node index.js`.
import { serve } from "@gaia/sdk";
import { jobs } from "./pipeline.js";

await serve(jobs);
