import { conformance } from "./conformance.ts";

conformance("ruby");
