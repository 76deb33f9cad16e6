/**
 * Clients to be measured against {@link amber.benchmark.server}: Amber's own libraries, what one
 * would write without them, and the HTTP clients that both can use.
 */
package amber.benchmark.aws;
