/** Words: every reason as a sentence that a person understands, in one place. */
export { attemptText, causeText, endedVerb, endText, type KeyOf, runReasonText } from "./ends.ts";
export { isArmed, triggerText, webhookPath } from "./trigger.ts";
export { amount, durationText, listText, oneLine } from "./text.ts";
export { type JobWords, jobReasonText, queuedText, tagsText } from "./waits.ts";
