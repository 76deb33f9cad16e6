/** Which IAM actions requests need, and what a policy makes of them. */
package amber.emulator.iam;
