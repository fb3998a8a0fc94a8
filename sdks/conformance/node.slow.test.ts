import { conformance } from "./conformance.ts";

conformance("node");
