//! The library as programs see it: its symbols, and programs in C and C++ that use it.

mod abi_page;
mod bad_libraries;
mod cpp_page;
mod cpp_programs;
mod exports;
mod first_program;
mod generated;
mod layout;
mod nulls;
mod objects;
mod programs;
mod requests;
mod signed;

mod build;
mod page;
mod valgrind;
