/**
 * The emulator, as the command line runs it: the only package that knows it. What is in here must
 * not be loaded by other commands, which run without the emulator on the class path.
 */
package amber.cli.local;
