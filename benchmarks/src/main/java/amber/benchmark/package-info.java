/**
 * What single stages cost, measured with JMH. Parameters are data set, level and sizes; one data
 * set is a real disk, which must be named.
 */
package amber.benchmark;
