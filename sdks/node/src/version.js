/** How this SDK calls itself; a test compares it with package.json. */
export const VERSION = "0.1.0";
export const SDK = `gaia-node/${VERSION}`;
