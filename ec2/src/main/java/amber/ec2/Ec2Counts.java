package amber.ec2;

/**
 * Requests to EBS direct and EC2, each attempt counted.
 *
 * @param gets to read a block
 * @param puts to write a block
 * @param lists to list blocks
 * @param starts to start and to complete a snapshot
 * @param calls to EC2
 * @param retries how many of all of them were not the first attempt
 * @param throttled how often AWS asked for fewer
 * @param getsPerSecond the most blocks read each second that the pace allows now, after all
 *     complaints; infinity if there is no limit
 * @param putsPerSecond the same for blocks written
 */
public record Ec2Counts(
    long gets,
    long puts,
    long lists,
    long starts,
    long calls,
    long retries,
    long throttled,
    double getsPerSecond,
    double putsPerSecond) {}
