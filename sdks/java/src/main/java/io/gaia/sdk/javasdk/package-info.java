/**
 * The names of the SDK that is published as {@code io.gaia-pipeline:javasdk}, on this one: a pipeline moves over by
 * importing {@code io.gaia.sdk.javasdk} instead of {@code io.gaiapipeline.javasdk}.
 */
package io.gaia.sdk.javasdk;
