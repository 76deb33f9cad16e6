/**
 * KMS: keys that wrap small secrets, for those who sign their requests for the service's region.
 */
package amber.emulator.kms;
