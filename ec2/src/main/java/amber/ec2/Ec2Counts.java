package amber.ec2;

/**
 * Requests to EBS direct.
 *
 * @param gets attempts to read a block
 * @param puts attempts to write a block
 * @param lists attempts to list blocks
 * @param retries how many of all of them were not the first
 * @param throttled how often AWS asked for fewer
 */
public record Ec2Counts(long gets, long puts, long lists, long retries, long throttled) {}
