import { conformance } from "./conformance.ts";

conformance("java");
