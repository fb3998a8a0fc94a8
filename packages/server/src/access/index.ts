/** Access: who may ask. The token of the home, and where requests may come from. */
export { Access, type AccessOptions, type Arrival, type Identity, type Recognition } from "./identity.ts";
export { checkOrigin, type RequestOrigin } from "./origin.ts";
export { openToken, type TokenCheck, tokenCheck } from "./token.ts";
