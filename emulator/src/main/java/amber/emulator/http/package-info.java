/** The one listener, and what a service sees of a request and says in answer. */
package amber.emulator.http;
