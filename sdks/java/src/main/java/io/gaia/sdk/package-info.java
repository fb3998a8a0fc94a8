/**
 * The SDK of Gaia: a pipeline is a program, and its functions are the jobs. Begin with {@link io.gaia.sdk.Job#named}
 * and {@link io.gaia.sdk.Gaia#serve}; {@link io.gaia.sdk.testing} is for tests.
 */
package io.gaia.sdk;
