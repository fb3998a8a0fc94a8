// What Gaia starts; the pipeline is in TypeScript.
import "./pipeline.ts";
