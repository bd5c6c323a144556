//! Compiled clauses over a columnar gold set: verdicts and their traces.
