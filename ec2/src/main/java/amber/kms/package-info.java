/** AWS KMS as the service that wraps the keys of sealed archives. */
package amber.kms;
