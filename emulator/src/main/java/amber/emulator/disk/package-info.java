/** Raw disks into snapshots and back, without a request. */
package amber.emulator.disk;
