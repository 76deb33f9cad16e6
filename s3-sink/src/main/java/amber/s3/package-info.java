/** Archives as objects in S3, or in a store that speaks its protocol. */
package amber.s3;
