// What Gaia starts: `node index.js`, which `npm install` makes of this.
import { serve } from "@gaia/sdk";
import { jobs } from "./pipeline.ts";

await serve(jobs);
