/**
 * What the emulator remembers, by region: images, snapshots, their blocks, and the account's
 * settings. One directory holds it all, and a new start finds it again.
 */
package amber.emulator.state;
