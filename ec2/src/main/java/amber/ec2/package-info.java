/** Images and snapshots of EC2, read and written through EC2 and the EBS direct APIs. */
package amber.ec2;
