/** Access: who may ask. The token of the home, browsers that are signed in, and where requests may come from. */
export type { Arrival } from "./arrival.ts";
export type { Access, Identity } from "./identity.ts";
export { type AccessPlaces, openAccess } from "./open.ts";
export { checkStreamUse } from "./same-origin.ts";
export type { SignedIn, SignIn } from "./sign-in.ts";
export { openToken } from "./token.ts";
