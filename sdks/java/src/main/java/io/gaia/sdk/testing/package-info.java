/**
 * Runs one job, or a whole pipeline, within a test: without a server, with what it is given and asks for in the test's
 * hand. Needs no testing framework, and fits to all.
 */
package io.gaia.sdk.testing;
