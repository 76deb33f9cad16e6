/** The command line: operands and options in, one result on stdout, all else on stderr. */
package amber.cli;
