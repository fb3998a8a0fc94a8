/** Text: which known name a mistyped one was probably meant to be. */
export { didYouMean, editDistance, nearest } from "./nearest.ts";
