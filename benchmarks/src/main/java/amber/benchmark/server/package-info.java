/**
 * The other side of a measurement: a server that speaks enough of EBS direct, EC2 and S3 for Amber
 * to work with it, serves one disk, and forgets what it is sent. It costs as little CPU time as it
 * can, because the client is what is measured, and is no example of how AWS behaves.
 */
package amber.benchmark.server;
