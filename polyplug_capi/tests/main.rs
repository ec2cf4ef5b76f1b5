//! The library as programs see it: its symbols, and programs in C that use it.

mod abi_page;
mod exports;
mod first_program;
mod layout;
mod programs;

mod build;
mod page;
mod valgrind;
