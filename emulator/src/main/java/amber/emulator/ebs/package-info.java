/**
 * EBS direct: the six operations that read and write snapshots block by block, REST with JSON.
 *
 * <p>Where AWS does not say what it does, this is as strict as the documents allow: a client that
 * passes here must not depend on kindness.
 */
package amber.emulator.ebs;
