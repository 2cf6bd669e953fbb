//! Nothing that was acknowledged is lost, whatever becomes of the disk, of the database's file or of the database server.
//!
//! Each test runs the program itself, breaks its storage, mends it, restarts the program, and counts what is left of every acknowledged
//! write. `CLAIMSPAN_TEST_PROGRAM` names another build of the program to try: the tests must fail on one that loses writes.

mod postgres;
mod program;
mod sqlite;
