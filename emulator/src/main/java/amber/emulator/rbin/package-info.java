/** The rules of the Recycle Bin. */
package amber.emulator.rbin;
