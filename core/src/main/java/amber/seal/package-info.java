/**
 * What vouches for an archive, and what closes it: keys and certificates from files, and signatures
 * over the seal.
 *
 * <p>Knows neither the format nor where archives are. Nothing here is loaded by a run that neither
 * seals nor signs. Messages name files, subjects and fingerprints, never a passphrase or a key.
 */
package amber.seal;
