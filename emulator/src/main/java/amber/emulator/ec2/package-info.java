/**
 * EC2 as far as images and snapshots go, by the query protocol: forms in, XML out.
 *
 * <p>{@link amber.emulator.ec2.Ec2Service} finds the operation in {@code Actions}. An operation
 * reads all its parameters first, so that a parameter that EC2 does not know is refused before
 * anything is done, then asks {@code Call.ready} whether it is only a dry run, then works.
 */
package amber.emulator.ec2;
