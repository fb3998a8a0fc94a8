#!/usr/bin/env node
// `gaia` in a clone of the repository: the command line's own starter.
import "./packages/cli/bin/gaia.mjs";
