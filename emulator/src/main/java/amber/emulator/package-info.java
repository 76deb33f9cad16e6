/**
 * EC2, EBS direct and S3 on loopback over one directory.
 *
 * <p>{@link amber.emulator.Emulator} starts it all. {@code http} is the one listener and what a
 * service sees of a request; {@code state} is what is remembered, by region; {@code ebs}, {@code
 * ec2} and {@code s3} are the services; {@code fault} makes them misbehave by script. Nothing here
 * knows the other modules of Amber, so that it cannot share a misreading of AWS with them.
 */
package amber.emulator;
