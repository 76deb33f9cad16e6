/** Makes the services misbehave by script, in the same way each time for the same seed. */
package amber.emulator.fault;
